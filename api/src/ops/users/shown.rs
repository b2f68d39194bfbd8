//! What a person looks like to operators. An erased field is absent.

use domain::identity::{TenantId, User, UserId};
use jiff::Timestamp;
use projections::identity::users::{UserRow, UserState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::http::Problem;
use crate::identity::{ids, user_state};

#[derive(Debug, Serialize, ToSchema)]
pub struct UserTold {
    #[schema(value_type = String, example = "usr_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: UserId,
    #[schema(value_type = String, example = "active", pattern = "^(active|suspended|deleted)$")]
    pub state: UserState,
    pub email: Option<String>,
    pub username: Option<String>,
    pub name: Option<String>,
    pub email_verified: bool,
    #[schema(value_type = Vec<String>)]
    pub tenants: Vec<TenantId>,
    /// In lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub registered_at: Option<Timestamp>,
}

impl UserTold {
    /// Somebody as they are now, by their stream.
    pub async fn now(api: &Api, id: &UserId) -> Result<Self, Problem> {
        let platform = user_state::platform()?;
        let found = api.executor.state::<User>(&platform, ids::stream(id)?).await?;
        if found.version == 0 {
            return Err(Problem::not_found());
        }
        Ok(Self::of(id, &found.state))
    }

    /// A row of a list, with what is not in rows.
    pub async fn listed(api: &Api, row: &UserRow) -> Result<Self, Problem> {
        Ok(Self { registered_at: Some(row.registered_at), ..Self::now(api, &row.id).await? })
    }

    fn of(id: &UserId, user: &User) -> Self {
        let details = user.details();
        let state = match details {
            None => UserState::Deleted,
            Some(details) if details.suspended => UserState::Suspended,
            Some(_) => UserState::Active,
        };
        Self {
            id: id.clone(),
            state,
            email: details.and_then(|details| details.email.get().cloned()),
            username: details.and_then(|details| details.username.as_ref()?.get().cloned()),
            name: details.and_then(|details| details.name.as_ref()?.get().cloned()),
            email_verified: details.is_some_and(|details| details.email_verified),
            tenants: details.map(|details| details.tenants.clone()).unwrap_or_default(),
            registered_at: None,
        }
    }
}
