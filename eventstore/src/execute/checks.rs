//! What is checked before a command is decided, and before it is queued.

use std::collections::HashSet;

use super::error::CommandError;
use super::plan::Plan;
use super::request::Request;
use crate::append::{Guard, Unit};
use crate::limits::{
    EVENT_BYTES_MAX, LimitExceeded, UNIT_BYTES_MAX, UNIT_EVENTS_MAX, UNIT_GUARDS_MAX, check_amount,
    check_json, check_name,
};

pub(super) fn check(request: &Request, plan: &Plan) -> Result<(), CommandError> {
    check_name(&request.actor)?;
    request.traceparent.as_deref().map_or(Ok(()), check_name)?;
    let guards = plan.guards.len() + plan.unmoved.len();
    if guards > UNIT_GUARDS_MAX {
        return Err(LimitExceeded::UnitGuards(guards).into());
    }
    plan.guards.iter().try_for_each(check_guard)?;
    check_doubles(plan)?;
    let mut streams = HashSet::new();
    match plan.decisions.iter().all(|decision| streams.insert(decision.stream())) {
        true if !plan.decisions.is_empty() => Ok(()),
        true => Err(CommandError::Fault("a plan decides nothing".into())),
        false => Err(CommandError::Fault("a plan decides a stream twice".into())),
    }
}

/// A plan that stands in its own way would be refused in a batch, and hold up everybody else's.
fn check_doubles(plan: &Plan) -> Result<(), CommandError> {
    let mut seen = HashSet::new();
    let mut fences = 0;
    for guard in &plan.guards {
        fences += usize::from(matches!(guard, Guard::Fence { .. }));
        let is_new = match guard {
            Guard::Take { kind, key, .. } => seen.insert(("take", *kind, key.as_str())),
            Guard::Release { kind, key, .. } => seen.insert(("release", *kind, key.as_str())),
            Guard::Count { tenant, name, .. } => seen.insert(("count", tenant.as_str(), name.as_str())),
            Guard::Limit { tenant, name, .. } => seen.insert(("limit", tenant.as_str(), name.as_str())),
            Guard::Unmoved { .. } | Guard::Fence { .. } => true,
        };
        if !is_new {
            return Err(CommandError::Fault("a plan sets a guard twice".into()));
        }
    }
    if fences > 1 { Err(CommandError::Fault("a plan sets more than one fence".into())) } else { Ok(()) }
}

fn check_guard(guard: &Guard) -> Result<(), LimitExceeded> {
    match guard {
        Guard::Unmoved { .. } => Ok(()),
        Guard::Take { key, owner, .. } | Guard::Release { key, owner, .. } => {
            check_name(key)?;
            check_name(owner)
        }
        Guard::Fence { claim, .. } => check_name(claim),
        Guard::Count { name, amount, .. } => {
            check_name(name)?;
            check_amount(*amount)
        }
        Guard::Limit { name, .. } => check_name(name),
    }
}

/// A command that changes nothing commits nothing, so it cannot move a counter: that would be a success behind which
/// nothing happened. Nor does it close a claim; whoever holds one sees a receipt without events and settles it.
pub(super) fn check_unwritten(plan: &Plan) -> Result<(), CommandError> {
    match plan.guards.iter().any(|guard| matches!(guard, Guard::Count { .. })) {
        true => Err(CommandError::Fault("a count, and nothing to write under it".into())),
        false => Ok(()),
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

#[cfg(test)]
mod tests {
    use domain::identity::TenantId;
    use uuid::Uuid;

    use super::*;
    use crate::append::{Expected, NewEvent, StreamWrite};
    use crate::event::{StreamId, StreamName};

    fn unit_of(payloads: Vec<String>) -> Unit {
        let tenant = TenantId::new("acme").unwrap();
        let id = StreamId::new("invoices").unwrap();
        let stream = StreamName { tenant: tenant.clone(), aggregate: "workspace".into(), id };
        let events =
            payloads.into_iter().zip(1..).map(|(payload, version)| event(version, payload)).collect();
        let write = StreamWrite { stream, scope: None, expected: Expected::New, events };
        Unit { incarnation: Uuid::nil(), tenant, writes: vec![write], guards: Vec::new(), command: None }
    }

    fn event(version: i64, payload: String) -> NewEvent {
        NewEvent {
            version,
            schema_version: 1,
            event_type: "workspace.renamed",
            event_id: Uuid::nil(),
            meta: "{}".into(),
            payload,
            digest: [0; 32],
        }
    }

    /// A payload of so many bytes.
    fn payload_of(bytes: usize) -> String {
        let brackets = r#"{"name":""}"#.len();
        format!(r#"{{"name":"{}"}}"#, "x".repeat(bytes - brackets))
    }

    #[test]
    fn an_event_is_bounded_with_its_metadata() {
        let largest = EVENT_BYTES_MAX - "{}".len();
        assert_eq!(check_unit(&unit_of(vec![payload_of(largest)])), Ok(()));
        let over = check_unit(&unit_of(vec![payload_of(largest + 1)]));
        assert_eq!(over, Err(LimitExceeded::EventBytes(EVENT_BYTES_MAX + 1)));
    }

    #[test]
    fn a_unit_is_bounded_in_events_and_bytes() {
        let events = |count| unit_of(vec!["{}".into(); count]);
        assert_eq!(check_unit(&events(UNIT_EVENTS_MAX)), Ok(()));
        let over = Err(LimitExceeded::UnitEvents(UNIT_EVENTS_MAX + 1));
        assert_eq!(check_unit(&events(UNIT_EVENTS_MAX + 1)), over);

        let largest = payload_of(EVENT_BYTES_MAX - "{}".len());
        let fitting = UNIT_BYTES_MAX / EVENT_BYTES_MAX;
        assert_eq!(check_unit(&unit_of(vec![largest.clone(); fitting])), Ok(()));
        let over = Err(LimitExceeded::UnitBytes(UNIT_BYTES_MAX + EVENT_BYTES_MAX));
        assert_eq!(check_unit(&unit_of(vec![largest; fitting + 1])), over);
    }

    #[test]
    fn what_the_log_cannot_keep_is_found_in_any_event() {
        let payloads = vec!["{}".into(), r#"{"name":"a\u0000b"}"#.into()];
        assert_eq!(check_unit(&unit_of(payloads)), Err(LimitExceeded::NullCharacter));
    }
}
