//! What a token may be used for.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    #[serde(rename = "data.records:read")]
    RecordsRead,
    #[serde(rename = "data.records:write")]
    RecordsWrite,
    #[serde(rename = "data.recordComments:read")]
    CommentsRead,
    #[serde(rename = "data.recordComments:write")]
    CommentsWrite,
    #[serde(rename = "schema.bases:read")]
    SchemaRead,
    #[serde(rename = "schema.bases:write")]
    SchemaWrite,
    #[serde(rename = "webhook:manage")]
    WebhookManage,
    #[serde(rename = "user.email:read")]
    EmailRead,
    #[serde(rename = "workspacesAndBases:read")]
    WorkspacesRead,
    #[serde(rename = "workspacesAndBases:write")]
    WorkspacesWrite,
}

impl Scope {
    pub const ALL: [Self; 10] = [
        Self::RecordsRead,
        Self::RecordsWrite,
        Self::CommentsRead,
        Self::CommentsWrite,
        Self::SchemaRead,
        Self::SchemaWrite,
        Self::WebhookManage,
        Self::EmailRead,
        Self::WorkspacesRead,
        Self::WorkspacesWrite,
    ];
}
