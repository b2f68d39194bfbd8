//! What to do next, by what is known: pure, so that it can be tried.

use std::time::Duration;

use domain::bases::base_sync::Details;
use domain::bases::ids::TableId;
use jiff::{SignedDuration, Timestamp};

use super::rhythm::REFRESHED_WITHIN;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing more, until somebody says so.
    Stop,
    TakeHook,
    RefreshHook,
    BeginSweep,
    SweepTable(TableId),
    EndSweep,
    Drain,
    Rest,
}

/// What the log does not know of this turn.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub now: Timestamp,
    pub poll_is_due: bool,
    /// Airtable does not let this token have a hook: all that helps is reading everything again.
    pub hook_is_denied: bool,
    pub sweep_every: Duration,
}

/// The hook comes before anything is read, so that nothing happens unheard in between; and what is under way is finished first,
/// because tables are not whole until then.
pub fn next(details: &Details, around: Circumstances) -> Step {
    if !details.is_running() {
        return Step::Stop;
    }
    if details.hook.is_none() && !around.hook_is_denied {
        return Step::TakeHook;
    }
    if let Some(sweep) = details.sweeping() {
        let open = sweep.tables.iter().find(|(_, swept)| !swept.done);
        return open.map_or(Step::EndSweep, |(table, _)| Step::SweepTable(*table));
    }
    if hook_is_old(details, around.now) {
        return Step::RefreshHook;
    }
    if details.swept_at.is_none() || details.resync_asked || sweep_is_old(details, around) {
        return Step::BeginSweep;
    }
    let may_drain = details.hook.is_some();
    if may_drain && (details.pinged || around.poll_is_due) { Step::Drain } else { Step::Rest }
}

fn hook_is_old(details: &Details, now: Timestamp) -> bool {
    let expires_at = details.hook.as_ref().and_then(|hook| hook.expires_at);
    expires_at.is_some_and(|at| at.duration_since(now) < signed(REFRESHED_WITHIN))
}

fn sweep_is_old(details: &Details, around: Circumstances) -> bool {
    let since = |at: Timestamp| around.now.duration_since(at);
    details.swept_at.is_some_and(|at| since(at) >= signed(around.sweep_every))
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use cqrs_es::Aggregate;
    use domain::bases::BaseSync;
    use domain::bases::base_sync::BaseSyncEvent as Event;
    use domain::bases::ids::{BaseId, WebhookId};
    use domain::id::Id;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn now() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    fn table(letter: char) -> TableId {
        TableId::parse(&format!("tbl{}", String::from(letter).repeat(14))).unwrap()
    }

    fn around() -> Circumstances {
        Circumstances { now: now(), poll_is_due: false, hook_is_denied: false, sweep_every: DAY }
    }

    fn details(events: &[Event]) -> Details {
        let airtable_id = BaseId::parse("app00000000000000").unwrap();
        let mut sync = BaseSync::default();
        sync.apply(Event::Begun { airtable_id, connection: Id::new("cnx_1").unwrap() });
        events.iter().for_each(|event| sync.apply(event.clone()));
        sync.details().unwrap().clone()
    }

    fn hook(days_left: u64) -> Event {
        let expires_at = now().checked_add(signed(DAY * u32::try_from(days_left).unwrap())).ok();
        let hook = WebhookId::parse("ach00000000000000").unwrap();
        Event::HookMade { hook, secret: Id::new("ats_1").unwrap(), expires_at }
    }

    fn begun() -> Event {
        Event::SweepBegun { number: 1, at: now(), tables: vec![table('A'), table('B')] }
    }

    fn read(letter: char) -> Event {
        Event::PageSwept { table: table(letter), records: 1, next: None }
    }

    fn ended(at: Timestamp) -> Event {
        Event::SweepEnded { at, cursor: None }
    }

    #[test]
    fn the_hook_comes_first_then_every_table_then_what_happened() {
        let mut events = Vec::new();
        let mut expect = |event: Option<Event>, step: Step| {
            events.extend(event);
            assert_eq!(next(&details(&events), around()), step);
        };
        expect(None, Step::TakeHook);
        expect(Some(hook(7)), Step::BeginSweep);
        expect(Some(begun()), Step::SweepTable(table('A')));
        expect(Some(read('A')), Step::SweepTable(table('B')));
        expect(Some(read('B')), Step::EndSweep);
        expect(Some(ended(now())), Step::Rest);
        expect(Some(Event::Pinged {}), Step::Drain);
        let drained = Event::Drained { cursor: 1, payloads: 0, at: now() };
        expect(Some(drained), Step::Rest);
        expect(Some(Event::ResyncAsked {}), Step::BeginSweep);
        expect(Some(Event::Paused {}), Step::Stop);
    }

    #[test]
    fn without_a_sign_it_is_asked_now_and_then_and_read_again_seldom() {
        let live = |at| details(&[hook(7), begun(), read('A'), read('B'), ended(at)]);
        assert_eq!(next(&live(now()), Circumstances { poll_is_due: true, ..around() }), Step::Drain);
        let yesterday = now().checked_sub(signed(DAY)).unwrap();
        assert_eq!(next(&live(yesterday), around()), Step::BeginSweep);
    }

    #[test]
    fn a_hook_lives_on_for_as_long_as_it_is_refreshed() {
        let live = |days| details(&[hook(days), begun(), read('A'), read('B'), ended(now())]);
        assert_eq!(next(&live(5), around()), Step::RefreshHook);
        assert_eq!(next(&live(7), around()), Step::Rest);
    }

    #[test]
    fn who_may_not_have_a_hook_reads_everything_again() {
        let denied = Circumstances { hook_is_denied: true, poll_is_due: true, ..around() };
        assert_eq!(next(&details(&[]), denied), Step::BeginSweep);
        let swept = [begun(), read('A'), read('B'), ended(now())];
        assert_eq!(next(&details(&swept), denied), Step::Rest);
    }
}
