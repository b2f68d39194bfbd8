//! What a caller may do in bases, in Airtable's words.

use domain::bases::PermissionLevel;
use domain::identity::Permission;

use crate::access::Principal;

/// Whoever writes to bases may reshape them as well. Nobody writes to one that is kept in Airtable.
pub fn level(principal: &Principal, is_writable: bool) -> PermissionLevel {
    match is_writable && principal.may(Permission::BasesWrite) {
        true => PermissionLevel::Create,
        false => PermissionLevel::Read,
    }
}
