//! The events of a page by the bases they are of, each in the order of the log.

use std::collections::BTreeMap;

use domain::bases::BaseKey;
use domain::bases::base::BaseEvent;
use domain::bases::record::{Address, RecordEvent};
use domain::identity::TenantId;

use super::Concerning;
use crate::runtime::{Opened, ProjectFault};

pub enum Told<'e> {
    Base(&'e Opened<BaseEvent>),
    Record(&'e Opened<RecordEvent>),
}

pub type Groups<'e> = BTreeMap<(TenantId, BaseKey), Vec<Told<'e>>>;

pub fn by_base<'e>(events: &[&'e Concerning]) -> Result<Groups<'e>, ProjectFault> {
    let mut groups = Groups::new();
    for event in events {
        let (place, told) = match event {
            Concerning::Base(event) => ((event.tenant().clone(), event.id()?), Told::Base(event)),
            Concerning::Record(event) => {
                ((event.tenant().clone(), address(&event.event).base.clone()), Told::Record(event))
            }
            Concerning::TenantEmptied(_) => continue,
        };
        groups.entry(place).or_default().push(told);
    }
    Ok(groups)
}

pub fn address(event: &RecordEvent) -> &Address {
    match event {
        RecordEvent::Created { address, .. }
        | RecordEvent::Restored { address, .. }
        | RecordEvent::Changed { address, .. }
        | RecordEvent::Deleted { address, .. }
        | RecordEvent::AliasAdded { address, .. } => address,
    }
}
