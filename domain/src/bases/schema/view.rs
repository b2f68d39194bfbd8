//! Views: what the meta API says of them.

use serde::{Deserialize, Serialize};

use crate::bases::ids::{FieldId, UserId, ViewId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    pub id: ViewId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ViewType,
    /// Of grids, and only where they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_field_ids: Option<Vec<FieldId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_for_user_id: Option<UserId>,
    /// The formula that records must meet, with ids. The meta API tells neither this nor the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<ViewSort>,
}

/// A field by which a view is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewSort {
    pub field: FieldId,
    #[serde(default)]
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Direction {
    #[default]
    #[serde(rename = "asc")]
    Ascending,
    #[serde(rename = "desc")]
    Descending,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ViewType {
    Grid,
    Form,
    Calendar,
    Gallery,
    Kanban,
    Timeline,
    Gantt,
    Block,
    List,
    /// One that came after this was written.
    #[serde(untagged)]
    Unknown(String),
}
