//! How far behind Airtable a table may be.

use domain::bases::base_sync::Details;
use domain::bases::ids::TableId;
use jiff::Timestamp;

/// All that happened to a table before this is here. Nothing while it was not read yet, and nothing is known of one that is read
/// again where no hook tells what happens.
pub fn as_of(details: &Details, heard_until: Option<Timestamp>, table: TableId) -> Option<Timestamp> {
    let sweep = details.sweep.as_ref();
    let is_read =
        |of: &&domain::bases::base_sync::Sweep| of.tables.get(&table).is_some_and(|swept| swept.done);
    let read_at = sweep.filter(is_read).map(|sweep| sweep.begun_at);
    // What a hook tells is worth something once there is something that it happened to.
    let heard_until = heard_until.filter(|_| details.swept_at.is_some());
    read_at.max(heard_until)
}

/// In whole seconds; clocks of two machines may differ.
pub fn seconds(as_of: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.duration_since(as_of).as_secs()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use cqrs_es::Aggregate;
    use domain::bases::BaseSync;
    use domain::bases::base_sync::BaseSyncEvent as Event;
    use domain::bases::ids::BaseId;
    use domain::id::Id;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn table(letter: char) -> TableId {
        TableId::parse(&format!("tbl{}", String::from(letter).repeat(14))).unwrap()
    }

    fn details(events: &[Event]) -> Details {
        let airtable_id = BaseId::parse("app00000000000000").unwrap();
        let mut sync = BaseSync::default();
        sync.apply(Event::Begun { airtable_id, connection: Id::new("cnx_1").unwrap() });
        events.iter().for_each(|event| sync.apply(event.clone()));
        sync.details().unwrap().clone()
    }

    fn begun(number: u64, second: i64) -> Event {
        Event::SweepBegun { number, at: at(second), tables: vec![table('A'), table('B')] }
    }

    fn read(letter: char) -> Event {
        Event::PageSwept { table: table(letter), records: 1, next: None }
    }

    #[test]
    fn a_table_that_was_read_is_as_it_was_when_the_reading_began() {
        let importing = details(&[begun(1, 100), read('A')]);
        assert_eq!(as_of(&importing, Some(at(150)), table('A')), Some(at(100)));
        assert_eq!(as_of(&importing, Some(at(150)), table('B')), None);
    }

    #[test]
    fn once_all_was_read_it_is_as_it_was_when_the_hook_was_asked_last() {
        let mut events =
            vec![begun(1, 100), read('A'), read('B'), Event::SweepEnded { at: at(120), cursor: None }];
        assert_eq!(as_of(&details(&events), Some(at(150)), table('A')), Some(at(150)));
        assert_eq!(as_of(&details(&events), Some(at(90)), table('A')), Some(at(100)));
        // One that came since.
        assert_eq!(as_of(&details(&events), Some(at(150)), table('C')), Some(at(150)));
        events.extend([begun(2, 200), read('A')]);
        assert_eq!(as_of(&details(&events), Some(at(150)), table('A')), Some(at(200)));
        assert_eq!(as_of(&details(&events), Some(at(150)), table('B')), Some(at(150)));
    }

    #[test]
    fn a_clock_that_is_behind_makes_no_table_one_of_the_future() {
        assert_eq!(seconds(at(100), at(107)), 7);
        assert_eq!(seconds(at(107), at(100)), 0);
    }
}
