//! `/v1/airtable/connections`: that somebody may speak to Airtable. A connection is its maker's; nobody else sees or uses it.

pub mod found;
pub mod list;
pub mod make;
pub mod places;
pub mod revoke;
mod shown;

pub(super) use make::made;
