//! What API keys look like in answers.

use std::collections::BTreeSet;

use domain::identity::api_key::{NamedBases, Owner};
use domain::identity::{ApiKey, ApiKeyId, UserId, WorkspaceId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;
use crate::identity::kept::KeySecret;

/// An API key.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyShown {
    #[schema(value_type = String, example = "key_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: ApiKeyId,
    #[schema(example = "Nightly import")]
    pub name: String,
    /// Whoever it acts for: a person, or a service account.
    #[schema(value_type = String)]
    pub owner: UserId,
    /// `member` or `service_account`.
    pub owner_kind: &'static str,
    /// What it may do, as far as its owner may.
    #[schema(value_type = Vec<String>, example = json!(["workspaces:read"]))]
    pub scopes: BTreeSet<String>,
    /// Null: every workspace that is open to its owner.
    #[schema(value_type = Option<Vec<String>>, required = true)]
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    /// The bases that it is limited to, each with the tables in it, or null for all of them. Null: every base that is open to
    /// its owner.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Option<Vec<String>>>>, required = true)]
    pub bases: Option<NamedBases>,
    /// Where it may be used from; empty: from anywhere.
    #[schema(value_type = Vec<String>, example = json!(["192.0.2.0/24"]))]
    pub networks: BTreeSet<String>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// How its text ends.
    #[schema(required = true, example = "x7Qa")]
    pub last_four: Option<String>,
    /// To five minutes; null when it was not used yet.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub used_at: Option<Timestamp>,
    /// Until when the text before is good as well; null when there is none.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub previous_until: Option<Timestamp>,
    pub revoked: bool,
    /// Counts the changes; the `ETag` carries the same number.
    pub version: i64,
}

impl ApiKeyShown {
    /// `secrets` may be those of many keys.
    pub fn of(id: &ApiKeyId, state: &ApiKey, version: i64, secrets: &[KeySecret]) -> Result<Self, Problem> {
        let details = state.details().ok_or_else(Problem::not_found)?;
        let of_it = secrets.iter().filter(|secret| secret.key == *id);
        let present = secrets.iter().find(|secret| secret.id == details.secret);
        Ok(Self {
            id: id.clone(),
            name: details.name.clone(),
            owner: details.owner.id().clone(),
            owner_kind: kind(&details.owner),
            scopes: details.scopes.clone(),
            workspaces: details.workspaces.clone(),
            bases: details.bases.clone(),
            networks: details.networks.clone(),
            expires_at: details.expires_at,
            last_four: present.map(|secret| secret.last_four.clone()),
            used_at: of_it.filter_map(|secret| secret.used_at).max(),
            previous_until: details.previous.as_ref().map(|previous| previous.until),
            revoked: state.is_revoked(),
            version,
        })
    }
}

fn kind(owner: &Owner) -> &'static str {
    match owner {
        Owner::Member(_) => "member",
        Owner::ServiceAccount(_) => "service_account",
    }
}

/// An API key, and the text that is shown this once.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyWithText {
    #[serde(flatten)]
    pub api_key: ApiKeyShown,
    /// Sent as `Authorization: Bearer`. Keep it: it is not shown again.
    #[schema(example = "atk_live_…")]
    pub key: String,
}
