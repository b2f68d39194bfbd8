//! Who asks, and what they may: the token has to have the scope and the base, and its person the level in the base.

use domain::bases::errors::ApiError;
use domain::bases::ids::BaseId;

use super::{Held, PermissionLevel, Person, Scope};

#[derive(Debug, Clone)]
pub struct Caller {
    pub person: Person,
    pub scopes: Vec<Scope>,
    pub bases: Option<Vec<BaseId>>,
    pub integration: Option<String>,
}

impl Caller {
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// A base that may not be seen is not told from one that is not there; nor is a scope that is missing. Unsettled: the
    /// latter.
    pub fn may(&self, held: &Held, scope: Scope) -> Result<(), ApiError> {
        let granted = self.bases.as_ref().is_none_or(|bases| bases.contains(&held.id()));
        let sees = held.level_of(self.person.id) > PermissionLevel::None;
        if granted && sees && self.has(scope) { Ok(()) } else { Err(ApiError::PermissionsOrModelNotFound) }
    }

    /// Whether the person may do what takes a level.
    pub fn is_at_least(&self, level: PermissionLevel, held: &Held) -> bool {
        held.level_of(self.person.id) >= level
    }

    pub fn must_be(&self, level: PermissionLevel, held: &Held) -> Result<(), ApiError> {
        if self.is_at_least(level, held) { Ok(()) } else { Err(ApiError::NotPermitted) }
    }

    pub fn must_have(&self, scope: Scope) -> Result<(), ApiError> {
        if self.has(scope) { Ok(()) } else { Err(ApiError::NotPermitted) }
    }
}
