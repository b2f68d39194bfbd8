use crate::id::Id;

use super::*;

use {BaseSyncCommand as Command, BaseSyncEvent as Event, BaseSyncRefusal as Refusal};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn base() -> BaseId {
    BaseId::parse("app00000000000000").unwrap()
}

fn connection() -> ConnectionId {
    Id::new("cnx_1").unwrap()
}

fn table(letter: char) -> TableId {
    TableId::parse(&format!("tbl{}", String::from(letter).repeat(14))).unwrap()
}

fn hook(letter: char) -> WebhookId {
    WebhookId::parse(&format!("ach{}", String::from(letter).repeat(14))).unwrap()
}

fn begun() -> Event {
    Event::Begun { airtable_id: base(), connection: connection() }
}

fn hook_made(letter: char) -> Event {
    Event::HookMade { hook: hook(letter), secret: Id::new("ats_1").unwrap(), expires_at: None }
}

fn sweep_begun(number: u64) -> Event {
    Event::SweepBegun { number, at: AT, tables: vec![table('A'), table('B')] }
}

fn page(letter: char, next: Option<&str>) -> Event {
    Event::PageSwept { table: table(letter), records: 100, next: next.map(str::to_owned) }
}

fn take_page(sweep: u64, letter: char, next: Option<&str>) -> Command {
    Command::TakePage { sweep, table: table(letter), records: 100, next: next.map(str::to_owned) }
}

fn drain(letter: char, from: u64, to: u64) -> Command {
    Command::Drain { hook: hook(letter), from, to, at: AT }
}

fn drained(cursor: u64, payloads: u64) -> Event {
    Event::Drained { cursor, payloads, at: AT }
}

fn given(events: impl IntoIterator<Item = Event>) -> BaseSync {
    let mut sync = BaseSync::default();
    events.into_iter().for_each(|event| sync.apply(event));
    sync
}

fn status(sync: &BaseSync) -> Status {
    sync.details().unwrap().status()
}

#[test]
fn a_base_follows_one_and_no_other() {
    let begin = |connection| Command::Begin { airtable_id: base(), connection };
    assert_eq!(given([]).decide(begin(connection())), Ok(vec![begun()]));
    assert_eq!(given([begun()]).decide(begin(connection())), Ok(vec![]));
    let another = begin(Id::new("cnx_2").unwrap());
    assert_eq!(given([begun()]).decide(another), Err(Refusal::FollowsAnother));
    assert_eq!(given([]).decide(Command::Pause), Err(Refusal::NotFollowed));
}

#[test]
fn it_is_live_once_every_table_was_read_to_its_end() {
    let half = [begun(), hook_made('A'), sweep_begun(1), page('A', Some("itr/1")), page('A', None)];
    let end = Command::EndSweep { sweep: 1, at: AT, cursor: Some(3) };
    assert_eq!(status(&given(half.clone())), Status::Importing);
    assert_eq!(given(half.clone()).decide(end.clone()), Err(Refusal::SweepUnfinished));
    let all = given(half.into_iter().chain([page('B', None)]));
    assert_eq!(all.decide(end.clone()), Ok(vec![Event::SweepEnded { at: AT, cursor: Some(3) }]));
    let mut ended = all;
    ended.apply(Event::SweepEnded { at: AT, cursor: Some(3) });
    assert_eq!((status(&ended), ended.details().unwrap().sweeping()), (Status::Live, None));
    assert_eq!(ended.decide(end), Ok(vec![]));
    assert_eq!(ended.details().unwrap().hook.as_ref().unwrap().old_before, 3);
}

#[test]
fn a_page_goes_on_where_the_last_one_ended_and_a_table_may_begin_again() {
    let mut sync = given([begun(), sweep_begun(1)]);
    assert_eq!(sync.decide(take_page(1, 'A', Some("itr/1"))), Ok(vec![page('A', Some("itr/1"))]));
    sync.apply(page('A', Some("itr/1")));
    let read = |sync: &BaseSync| sync.details().unwrap().sweeping().unwrap().tables[&table('A')].clone();
    assert_eq!(read(&sync), Swept { records: 100, next: Some("itr/1".into()), done: false });
    sync.apply(Event::TableRestarted { table: table('A') });
    assert_eq!(read(&sync), Swept::default());
}

#[test]
fn pages_of_another_round_or_of_a_table_that_is_done_are_refused() {
    let sync = given([begun(), sweep_begun(1), sweep_begun(2), page('A', None)]);
    for wrong in [take_page(1, 'A', None), take_page(2, 'A', None), take_page(2, 'C', None)] {
        assert_eq!(sync.decide(wrong), Err(Refusal::AnotherSweep));
    }
    let again = Command::BeginSweep { at: AT, tables: vec![] };
    let third = Event::SweepBegun { number: 3, at: AT, tables: vec![] };
    assert_eq!(sync.decide(again), Ok(vec![third]));
}

#[test]
fn what_was_heard_is_passed_over_and_a_gap_is_refused() {
    let sync = given([begun(), hook_made('A'), drained(5, 4)]);
    assert_eq!(sync.decide(drain('A', 5, 8)), Ok(vec![drained(8, 3)]));
    assert_eq!(sync.decide(drain('A', 5, 5)), Ok(vec![]));
    assert_eq!(sync.decide(drain('A', 1, 5)), Ok(vec![]));
    for gap in [drain('A', 6, 8), drain('A', 1, 8), drain('A', 5, 4)] {
        assert_eq!(sync.decide(gap), Err(Refusal::AnotherCursor(5)));
    }
    assert_eq!(sync.decide(drain('B', 5, 8)), Err(Refusal::AnotherHook));
}

#[test]
fn a_record_that_cannot_be_kept_is_named_until_it_can_be_or_all_is_read_again() {
    let record = |number: usize| RecordId::parse(&format!("rec{number:014}")).unwrap();
    let left_out =
        |number, code: &str| LeftOut { table: table('A'), record: record(number), code: code.into() };
    let judge = |left_out, settled| Command::Judge { at: AT, left_out, settled };
    let told = |number, code: &str| Event::RecordLeftOut {
        table: table('A'),
        record: record(number),
        code: code.into(),
        at: AT,
    };
    let mut sync = given([begun()]);
    assert_eq!(sync.decide(judge(vec![left_out(1, "large")], vec![])), Ok(vec![told(1, "large")]));
    sync.apply(told(1, "large"));
    assert_eq!(sync.decide(judge(vec![left_out(1, "large")], vec![record(2)])), Ok(vec![]));
    assert_eq!(sync.decide(judge(vec![left_out(1, "null")], vec![])), Ok(vec![told(1, "null")]));
    let settled = Event::RecordSettled { record: record(1) };
    assert_eq!(sync.decide(judge(vec![], vec![record(1)])), Ok(vec![settled]));
    let many = (2..2 + LEFT_OUT_MAX).map(|number| left_out(number, "large")).collect();
    assert_eq!(sync.decide(judge(many, vec![])).unwrap().len(), LEFT_OUT_MAX - 1, "no more than are named");
    sync.apply(sweep_begun(1));
    assert!(sync.details().unwrap().left_out.is_empty());
}

#[test]
fn a_ping_is_noted_once_until_it_was_followed() {
    let ping = || Command::NotePing { hook: hook('A') };
    let mut sync = given([begun(), hook_made('A')]);
    assert_eq!(sync.decide(ping()), Ok(vec![Event::Pinged {}]));
    sync.apply(Event::Pinged {});
    assert_eq!(sync.decide(ping()), Ok(vec![]));
    assert_eq!(sync.decide(drain('A', 1, 1)), Ok(vec![drained(1, 0)]));
    sync.apply(drained(1, 0));
    assert_eq!(sync.decide(ping()), Ok(vec![Event::Pinged {}]));
}

#[test]
fn another_hook_begins_from_its_own_beginning() {
    let mut sync = given([begun(), hook_made('A'), drained(5, 4), hook_made('B')]);
    assert_eq!(sync.details().unwrap().hook.as_ref().unwrap().cursor, FIRST_CURSOR);
    let lose = |letter| Command::LoseHook { hook: hook(letter), code: "expired".into() };
    assert_eq!(sync.decide(lose('A')), Ok(vec![]));
    let lost = Event::HookLost { hook: hook('B'), code: "expired".into() };
    assert_eq!(sync.decide(lose('B')), Ok(vec![lost.clone()]));
    sync.apply(lost);
    assert_eq!(sync.decide(drain('B', 1, 2)), Err(Refusal::AnotherHook));
}

#[test]
fn what_stopped_goes_on_when_somebody_says_so() {
    let fail = || Command::Fail { code: "unauthorized".into(), at: AT };
    let failed = Event::Failed { code: "unauthorized".into(), at: AT };
    assert_eq!(given([begun()]).decide(fail()), Ok(vec![failed.clone()]));
    let mut sync = given([begun(), failed]);
    assert_eq!((status(&sync), sync.decide(fail())), (Status::Failed, Ok(vec![])));
    assert_eq!(sync.decide(Command::Resume), Ok(vec![Event::Resumed { airtable_id: base(), turn: 2 }]));
    sync.apply(Event::Resumed { airtable_id: base(), turn: 2 });
    assert_eq!((status(&sync), sync.details().unwrap().trouble.clone()), (Status::Importing, None));
    assert_eq!(sync.decide(Command::Resume), Ok(vec![]));
}

#[test]
fn only_the_last_turn_leads_to_another() {
    let carry_on = |turn| Command::CarryOn { turn };
    let carried_on = |turn| Event::CarriedOn { airtable_id: base(), turn };
    assert_eq!(given([begun()]).decide(carry_on(1)), Ok(vec![carried_on(2)]));
    assert_eq!(given([begun(), carried_on(2)]).decide(carry_on(1)), Ok(vec![]));
    assert_eq!(given([begun(), Event::Paused {}]).decide(carry_on(1)), Ok(vec![]));
    assert_eq!(given([begun(), Event::Ended {}]).decide(carry_on(1)), Ok(vec![]));
}

#[test]
fn trouble_is_told_when_it_begins_and_when_it_is_over() {
    let note = |code: &str| Command::NoteTrouble { code: code.into(), at: AT };
    let troubled = Event::Troubled { code: "wait".into(), at: AT };
    assert_eq!(given([begun()]).decide(note("wait")), Ok(vec![troubled.clone()]));
    let sync = given([begun(), troubled]);
    assert_eq!(sync.decide(note("wait")), Ok(vec![]));
    assert_eq!(sync.decide(Command::NoteRecovery), Ok(vec![Event::Recovered {}]));
    assert_eq!(given([begun()]).decide(Command::NoteRecovery), Ok(vec![]));
}

#[test]
fn nothing_is_asked_of_one_that_ended() {
    let sync = given([begun(), Event::Ended {}]);
    assert_eq!((status(&sync), sync.decide(Command::End)), (Status::Ended, Ok(vec![])));
    assert_eq!(sync.decide(Command::Resume), Err(Refusal::FollowingEnded));
}
