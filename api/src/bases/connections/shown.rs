//! What connections look like in answers.

use domain::bases::ConnectionId;
use domain::bases::connection::{Access, TokenKind};
use domain::bases::ids;
use domain::bases::ports::BaseSeen;
use serde::Serialize;
use utoipa::ToSchema;

/// A connection to Airtable. The token is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionShown {
    #[schema(value_type = String, example = "cnx_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: ConnectionId,
    /// `personal`, or `granted` in Airtable's pages.
    #[schema(value_type = String, example = "personal")]
    pub kind: TokenKind,
    /// Who its owner is in Airtable.
    #[schema(value_type = String, example = "usrA1b2C3d4E5f6G7")]
    pub account: ids::UserId,
    /// Nothing where Airtable does not say, as of personal tokens.
    pub scopes: Option<Vec<String>>,
}

impl ConnectionShown {
    pub fn of(id: &ConnectionId, access: &Access) -> Self {
        let Access { kind, account, scopes, .. } = access.clone();
        Self { id: id.clone(), kind, account, scopes }
    }
}

/// A connection, and the bases that it shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionWithBases {
    #[serde(flatten)]
    pub connection: ConnectionShown,
    pub bases: Vec<BaseSeenShown>,
    /// Whether there are more than are listed.
    pub has_more: bool,
}

/// A base in Airtable.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaseSeenShown {
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    id: ids::BaseId,
    name: String,
    /// `none`, `read`, `comment`, `edit` or `create`. Only with `create` it tells what happens to it; others are read again now and then.
    permission_level: String,
}

impl From<BaseSeen> for BaseSeenShown {
    fn from(seen: BaseSeen) -> Self {
        Self { id: seen.id, name: seen.name, permission_level: seen.permission_level }
    }
}
