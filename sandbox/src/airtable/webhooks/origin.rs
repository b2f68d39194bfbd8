//! Who did something to a base, from where, and as which transaction of the base.

use domain::bases::cells::write_moment;
use domain::bases::ids::ViewId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    pub at: Timestamp,
    /// Rises with every transaction of the base.
    pub transaction: u64,
    pub source: Source,
    pub user: Option<User>,
    /// The form that was filled in.
    pub view: Option<ViewId>,
    /// The page whose form was filled in.
    pub page: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    Client,
    PublicApi,
    FormSubmission,
    FormPageSubmission,
    Automation,
    System,
    Sync,
    AnonymousUser,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: String,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub permission_level: String,
}

impl Origin {
    /// What every payload of this transaction begins with.
    pub(super) fn said(&self) -> Map<String, Value> {
        let mut said = Map::new();
        said.insert("timestamp".into(), json!(write_moment(self.at)));
        said.insert("baseTransactionNumber".into(), json!(self.transaction));
        said.insert("payloadFormat".into(), json!("v0"));
        said.insert("actionMetadata".into(), self.action());
        said
    }

    fn action(&self) -> Value {
        let mut metadata = Map::new();
        if let Some(user) = &self.user {
            metadata.insert("user".into(), json!(user));
        }
        if let Some(view) = self.view {
            metadata.insert("viewId".into(), json!(view));
        }
        if let Some(page) = &self.page {
            metadata.insert("pageId".into(), json!(page));
        }
        match metadata.is_empty() {
            true => json!({ "source": self.source }),
            false => json!({ "source": self.source, "sourceMetadata": metadata }),
        }
    }
}
