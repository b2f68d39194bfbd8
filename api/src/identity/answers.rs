//! What people and workspaces look like in answers.

use domain::identity::{Role, TenantId, UserId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use super::user_state::Known;

/// A person, as they see themselves. An erased field is absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserShown {
    #[schema(value_type = String, example = "usr_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: UserId,
    #[schema(example = "ana@example.org")]
    pub email: Option<String>,
    #[schema(example = "ana")]
    pub username: Option<String>,
    #[schema(example = "Ana Ivanova")]
    pub name: Option<String>,
    pub email_verified: bool,
    #[schema(value_type = Vec<String>)]
    pub tenants: Vec<TenantId>,
}

impl From<Known> for UserShown {
    fn from(known: Known) -> Self {
        let details = known.details;
        Self {
            id: known.id,
            email: details.email.get().cloned(),
            username: details.username.and_then(|text| text.get().cloned()),
            name: details.name.and_then(|text| text.get().cloned()),
            email_verified: details.email_verified,
            tenants: details.tenants,
        }
    }
}

/// What signing in gives, and what moving to another tenant gives anew.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Absent, as the other tokens, where the session is one by cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Bearer")]
    pub token_type: Option<&'static str>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 600)]
    pub expires_in: Option<u64>,
    /// To go on with when the access token ends: `POST /auth/refresh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    pub user: UserShown,
    /// The tenant that the token is for.
    #[schema(value_type = String)]
    pub tenant: TenantId,
    #[schema(value_type = String)]
    pub role: Role,
    /// Sent along when signing in again on this device, it lets past limits that others have reached. It proves
    /// nothing else, and is good for 90 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
}

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceShown {
    #[schema(value_type = String, example = "wsp_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: WorkspaceId,
    #[schema(example = "Orders")]
    pub name: String,
    pub description: String,
    /// Counts the changes; the `ETag` carries the same number.
    pub version: i64,
}
