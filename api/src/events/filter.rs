//! What a caller asks for among the events that they see.

use std::borrow::Cow;
use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use domain::bases::ids::TableId;
use domain::bases::record::Address;
use domain::bases::{Base, BaseKey, Record};
use domain::identity::WorkspaceId;
use eventstore::catalog;
use eventstore::event::{Recorded, StreamId};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::frames::Telling;
use crate::access::Principal;
use crate::http::Problem;

/// Events are wanted that fit everything that is set.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub types: Option<EventTypes>,
    pub aggregate: Option<AggregateName>,
    pub id: Option<StreamId>,
    pub workspace: Option<WorkspaceId>,
    pub correlation_id: Option<Uuid>,
    pub base: Option<OfBase>,
}

/// What happens to a base and its records.
#[derive(Debug, Clone)]
pub struct OfBase {
    pub base: BaseKey,
    /// Of these tables alone, and then nothing that is about the base as a whole; all of it where none is named.
    pub tables: Option<BTreeSet<TableId>>,
}

/// Where a record is stands in each of its events, in plain.
#[derive(Deserialize)]
struct Addressed {
    address: Address,
}

/// Types of events, as a query names them: separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTypes(Vec<&'static str>);

/// What events happen to, as a query names it: the part of a type before the dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggregateName(pub &'static str);

impl Filter {
    pub fn of_base(workspace: WorkspaceId, base: OfBase) -> Self {
        let types = catalog::CATALOG.iter().map(|known| known.name).filter(|name| CHANGES.contains(name));
        let types = Some(EventTypes(types.collect()));
        Self { types, workspace: Some(workspace), base: Some(base), ..Self::default() }
    }

    /// A workspace that is not open to the caller is one that is not there.
    pub fn check(&self, principal: &Principal) -> Result<(), Problem> {
        match &self.workspace {
            Some(workspace) if !principal.opens(workspace) => Err(Problem::not_found()),
            _ => Ok(()),
        }
    }

    pub fn fits(&self, event: &Recorded) -> bool {
        self.types.as_ref().is_none_or(|types| types.include(&event.event_type))
            && self.aggregate.is_none_or(|aggregate| aggregate.0 == event.stream.aggregate)
            && self.id.as_ref().is_none_or(|id| *id == event.stream.id)
            && self.workspace.as_ref().is_none_or(|workspace| Some(workspace) == event.scope.as_ref())
            && self.base.as_ref().is_none_or(|base| base.includes(event))
            && self
                .correlation_id
                .is_none_or(|wanted| event.meta().is_ok_and(|meta| meta.correlation_id() == wanted))
    }

    pub fn telling(&self) -> Telling {
        if self.base.is_some() { Telling::Changes } else { Telling::Events }
    }

    /// Whether events of a type could fit.
    pub fn includes_type(&self, event_type: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.include(event_type))
    }
}

/// What is told to those who follow a base.
const CHANGES: &[&str] = &[
    "base.schema_changed",
    "base.renamed",
    "base.deleted",
    "record.created",
    "record.restored",
    "record.changed",
    "record.deleted",
];

impl OfBase {
    fn includes(&self, event: &Recorded) -> bool {
        match event.stream.aggregate.as_ref() {
            Base::TYPE => self.tables.is_none() && event.stream.id.as_str() == self.base.as_str(),
            Record::TYPE => serde_json::from_str(&event.payload_text).is_ok_and(|Addressed { address }| {
                address.base == self.base
                    && self.tables.as_ref().is_none_or(|tables| tables.contains(&address.table))
            }),
            _ => false,
        }
    }
}

impl EventTypes {
    fn include(&self, event_type: &str) -> bool {
        self.0.contains(&event_type)
    }
}

impl<'de> Deserialize<'de> for EventTypes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let known = |name: &str| catalog::find(name.trim()).map(|known| known.name);
        let types = text.split(',').map(known).collect::<Option<Vec<_>>>();
        types.map(Self).ok_or_else(|| Error::custom("must be types of events, separated by commas"))
    }
}

impl<'de> Deserialize<'de> for AggregateName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let names = catalog::CATALOG.iter().filter_map(|known| known.name.split_once('.'));
        let found = names.map(|(aggregate, _)| aggregate).find(|aggregate| *aggregate == text);
        found.map(Self).ok_or_else(|| Error::custom("must be the part of an event's type before the dot"))
    }
}

#[cfg(test)]
mod tests {
    use domain::identity::Role;
    use serde_json::json;

    use super::*;
    use crate::events::example::{event, id, principal};

    fn types(text: &str) -> Option<EventTypes> {
        serde_json::from_value(json!(text)).ok()
    }

    #[test]
    fn an_event_has_to_fit_everything_that_is_set() {
        let renamed = event("ten_a", "workspace.renamed", Some("wsp_1"), 7);
        let fitting = Filter {
            types: types("workspace.created, workspace.renamed"),
            aggregate: Some(AggregateName("workspace")),
            id: Some(id("wsp_1")),
            workspace: Some(id("wsp_1")),
            correlation_id: Some(Uuid::from_u128(1_007)),
            base: None,
        };
        assert!(Filter::default().fits(&renamed));
        assert!(fitting.fits(&renamed));
        let others = [
            Filter { types: types("workspace.created"), ..fitting.clone() },
            Filter { aggregate: Some(AggregateName("tenant")), ..fitting.clone() },
            Filter { id: Some(id("wsp_2")), ..fitting.clone() },
            Filter { workspace: Some(id("wsp_2")), ..fitting.clone() },
            Filter { correlation_id: Some(Uuid::nil()), ..fitting },
        ];
        assert!(others.iter().all(|other| !other.fits(&renamed)));
    }

    #[test]
    fn what_was_never_heard_of_is_refused() {
        assert_eq!(types("workspace.painted"), None);
        assert_eq!(types(""), None);
        assert!(serde_json::from_value::<AggregateName>(json!("work")).is_err());
        assert!(serde_json::from_value::<AggregateName>(json!("workspace")).is_ok());
    }

    #[test]
    fn a_workspace_that_is_not_open_is_not_there() {
        let of = |workspace: &str| Filter { workspace: Some(id(workspace)), ..Filter::default() };
        let viewer = principal(Role::Viewer, &["wsp_1"]);
        assert!(of("wsp_1").check(&viewer).is_ok());
        assert_eq!(of("wsp_2").check(&viewer).unwrap_err().status().as_u16(), 404);
    }
}
