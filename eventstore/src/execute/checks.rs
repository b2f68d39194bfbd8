//! What is checked before a command is decided, and before it is queued.

use std::collections::HashSet;

use super::error::CommandError;
use super::plan::Plan;
use super::request::Request;
use crate::append::{Guard, Unit};
use crate::limits::{
    EVENT_BYTES_MAX, LimitExceeded, UNIT_BYTES_MAX, UNIT_EVENTS_MAX, UNIT_GUARDS_MAX, check_json, check_name,
};

pub(super) fn check(request: &Request, plan: &Plan) -> Result<(), CommandError> {
    check_name(&request.actor)?;
    request.traceparent.as_deref().map_or(Ok(()), check_name)?;
    let guards = plan.guards.len() + plan.unmoved.len();
    if guards > UNIT_GUARDS_MAX {
        return Err(LimitExceeded::UnitGuards(guards).into());
    }
    plan.guards.iter().try_for_each(check_guard)?;
    let mut streams = HashSet::new();
    match plan.decisions.iter().all(|decision| streams.insert(decision.stream())) {
        true if !plan.decisions.is_empty() => Ok(()),
        true => Err(CommandError::Fault("a plan decides nothing".into())),
        false => Err(CommandError::Fault("a plan decides a stream twice".into())),
    }
}

fn check_guard(guard: &Guard) -> Result<(), LimitExceeded> {
    match guard {
        Guard::Unmoved { .. } => Ok(()),
        Guard::Take { key, owner, .. } | Guard::Release { key, owner, .. } => {
            check_name(key)?;
            check_name(owner)
        }
        Guard::Fence { claim, .. } => check_name(claim),
        Guard::Count { name, .. } => check_name(name),
    }
}

pub(super) fn check_unit(unit: &Unit) -> Result<(), LimitExceeded> {
    let count = unit.event_count();
    if count > UNIT_EVENTS_MAX {
        return Err(LimitExceeded::UnitEvents(count));
    }
    let mut unit_bytes = 0;
    for event in unit.events() {
        let bytes = event.payload.len() + event.meta.len();
        if bytes > EVENT_BYTES_MAX {
            return Err(LimitExceeded::EventBytes(bytes));
        }
        check_json(&event.payload)?;
        unit_bytes += bytes;
    }
    if unit_bytes > UNIT_BYTES_MAX { Err(LimitExceeded::UnitBytes(unit_bytes)) } else { Ok(()) }
}
