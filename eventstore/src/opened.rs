//! Events and states as people see them: personal data in plain, erased data as null. Never for anything that is stored.
//!
//! What is personal is known by type alone, so that nobody can dress other data up as such: an event is read as the
//! type that it is of, and written again with its seals left open.

use std::rc::Rc;

use cqrs_es::{Aggregate, DomainEvent};
use domain::bases::{Base, BaseSync, Comment, Connection, Record};
use domain::identity::{
    Administrators, ApiKey, Invitation, Membership, ServiceAccount, Session, Tenant, User, Webhook, Workspace,
};
use domain::operations::Operation;
use domain::personal::{Seal, SealError, SubjectId, under_seal};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::event::{Recorded, Unreadable};
use crate::payload::{ReadFault, event_fault, present_fields, unwrap_type, wrap_type};
use crate::seal::{Place, Sealer};

/// Reads an event under the seal in force, and writes it without one.
type Opener = fn(&str) -> serde_json::Result<String>;

/// How the events of each aggregate are opened.
const OPENERS: &[(&str, Opener)] = &[
    (Tenant::TYPE, of::<<Tenant as Aggregate>::Event>),
    (Workspace::TYPE, of::<<Workspace as Aggregate>::Event>),
    (Membership::TYPE, of::<<Membership as Aggregate>::Event>),
    (User::TYPE, of::<<User as Aggregate>::Event>),
    (Administrators::TYPE, of::<<Administrators as Aggregate>::Event>),
    (Session::TYPE, of::<<Session as Aggregate>::Event>),
    (Invitation::TYPE, of::<<Invitation as Aggregate>::Event>),
    (Webhook::TYPE, of::<<Webhook as Aggregate>::Event>),
    (ApiKey::TYPE, of::<<ApiKey as Aggregate>::Event>),
    (ServiceAccount::TYPE, of::<<ServiceAccount as Aggregate>::Event>),
    (Operation::TYPE, of::<<Operation as Aggregate>::Event>),
    (Base::TYPE, of::<<Base as Aggregate>::Event>),
    (Record::TYPE, of::<<Record as Aggregate>::Event>),
    (Comment::TYPE, of::<<Comment as Aggregate>::Event>),
    (Connection::TYPE, of::<<Connection as Aggregate>::Event>),
    (BaseSync::TYPE, of::<<BaseSync as Aggregate>::Event>),
];

/// The fields of an event, in the present version of its type.
pub async fn fields(sealer: &Sealer, event: &Recorded) -> Result<Box<RawValue>, ReadFault> {
    let unknown = || Unreadable::Unknown {
        position: event.position,
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
    };
    let open = opener(&event.stream.aggregate).ok_or_else(unknown)?;
    let wrapped = wrap_type(&event.event_type, &present_fields(event)?);
    let place = Place::Event(event.meta()?.event_id);
    let opened =
        sealer.read_with(&place, || open(&wrapped)).await.map_err(|fault| event_fault(event, fault))?;
    let fields = unwrap_type(&event.event_type, opened).ok_or_else(unknown)?;
    RawValue::from_string(fields).map_err(|error| event_fault(event, error.into()))
}

/// Any value whose personal parts were opened before.
pub fn value(value: &impl Serialize) -> serde_json::Result<Box<RawValue>> {
    under_seal(Rc::new(LeftOpen), || serde_json::value::to_raw_value(value))
}

fn opener(aggregate: &str) -> Option<Opener> {
    OPENERS.iter().find(|(name, _)| *name == aggregate).map(|(_, opener)| *opener)
}

fn of<E: DomainEvent>(wrapped: &str) -> serde_json::Result<String> {
    let event: E = serde_json::from_str(wrapped)?;
    under_seal(Rc::new(LeftOpen), || serde_json::to_string(&event))
}

/// In force while something is written for a person who may see it.
struct LeftOpen;

impl Seal for LeftOpen {
    fn seal(&self, _: &SubjectId, _: &[u8]) -> Result<String, SealError> {
        Err(SealError::OutsideSeal)
    }

    fn open(&self, _: &SubjectId, _: &str) -> Result<Option<Vec<u8>>, SealError> {
        Err(SealError::OutsideSeal)
    }

    fn leaves_open(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CATALOG;

    #[test]
    fn every_event_of_the_catalog_can_be_opened() {
        for entry in CATALOG {
            let (aggregate, _) = entry.name.split_once('.').unwrap();
            assert!(opener(aggregate).is_some(), "{aggregate} has no line here");
        }
    }

    #[test]
    fn data_that_looks_sealed_is_left_as_it_is() {
        let fields = r#"{"name":"{\"subject\":\"ana\",\"sealed\":null}","description":""}"#;
        let wrapped = wrap_type("workspace.created", fields);
        let opened = opener(Workspace::TYPE).unwrap()(&wrapped).unwrap();
        assert_eq!(unwrap_type("workspace.created", opened).unwrap(), fields);
    }
}
