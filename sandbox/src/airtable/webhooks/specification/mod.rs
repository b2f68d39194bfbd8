//! What a hook wants to hear of. It is read strictly, and said again as it was given; it cannot be changed.

mod asked;
mod resolve;
mod written;

use std::collections::{BTreeMap, BTreeSet};

pub use asked::Topic;
use domain::bases::ids::{FieldId, TableId, ViewId};
use serde::{Serialize, Serializer};
use serde_json::Value;
pub use written::{ChangeType, DataType};

use super::Source;

#[derive(Debug, Clone, PartialEq)]
pub struct Specification {
    given: Value,
    data_types: BTreeSet<DataType>,
    scope: Scope,
    /// Of these three, nothing stands for any.
    change_types: Option<BTreeSet<ChangeType>>,
    sources: Option<BTreeSet<Source>>,
    watched_schemas: Option<BTreeSet<FieldId>>,
    /// Likewise; each with its table.
    watched_data: Option<BTreeMap<FieldId, TableId>>,
    form: Option<ViewId>,
    page: Option<String>,
    included: Included,
    pub(super) previous_cells: bool,
    pub(super) previous_fields: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Base,
    Table(TableId),
    View { table: TableId, view: ViewId },
}

/// Cells that are told though they did not change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Included {
    All,
    Fields(BTreeSet<FieldId>),
}

impl Serialize for Specification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.given.serialize(serializer)
    }
}
