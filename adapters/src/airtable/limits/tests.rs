//! Nobody goes before their turn, and nobody goes faster than is allowed.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::airtable::time::RealTime;

const LATE: Duration = Duration::from_secs(3600);

fn limits(per_base: f64, per_person: f64) -> Arc<Limits> {
    Arc::new(Limits::new(Pace { per_base, per_person }, Arc::new(RealTime)))
}

fn base(number: usize) -> BaseId {
    BaseId::parse(&format!("app{number:014}")).unwrap()
}

fn counted(base_number: usize) -> Counted {
    Counted { base: Some(base(base_number)), person: "ana".into(), is_metered: true }
}

fn now() -> Instant {
    RealTime.now()
}

/// Everybody asks at once; when each went, in the order they asked.
async fn all_at_once(limits: &Arc<Limits>, asked: Vec<Counted>) -> Vec<Instant> {
    let until = now() + LATE;
    let going = asked.into_iter().map(|counted| {
        let limits = Arc::clone(limits);
        tokio::spawn(async move { limits.turn(&counted, until).await.map(|_| now()) })
    });
    let mut went = Vec::new();
    for one in going.collect::<Vec<_>>() {
        went.push(one.await.unwrap().unwrap());
    }
    went
}

/// The most that went within a second.
fn most_in_a_second(mut went: Vec<Instant>) -> usize {
    went.sort();
    let within = |begin: &Instant| {
        went.iter().filter(|at| *at >= begin && **at < *begin + Duration::from_secs(1)).count()
    };
    went.iter().map(within).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn requests_of_a_base_go_in_order_and_at_most_five_a_second() {
    let limits = limits(4.5, 45.0);
    let began = now();
    let went = all_at_once(&limits, vec![counted(1); 19]).await;
    assert!(went.is_sorted());
    assert_eq!(most_in_a_second(went.clone()), 5);
    let took = (went[18] - began).as_secs_f64();
    assert!((took - 4.0).abs() < 0.05, "18 pauses at 4.5 a second take four seconds, not {took}");
}

#[tokio::test(start_paused = true)]
async fn bases_do_not_wait_for_each_other_but_share_the_pace_of_their_person() {
    let limits = limits(4.5, 45.0);
    let began = now();
    let asked = (0..100).map(|number| counted(number % 50)).collect();
    let went = all_at_once(&limits, asked).await;
    assert!(most_in_a_second(went.clone()) <= 46);
    let took = went.iter().max().unwrap().duration_since(began).as_secs_f64();
    assert!((2.0..2.6).contains(&took), "a hundred requests at 45 a second take two seconds, not {took}");
}

#[tokio::test(start_paused = true)]
async fn another_person_has_another_pace() {
    let limits = limits(1000.0, 1.0);
    let began = now();
    let asked = ["ana", "ben"].map(|person| Counted { person: person.into(), ..counted(1) });
    let went = all_at_once(&limits, asked.into()).await;
    assert!(went[1] - began < Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_too_long_is_told_how_long_and_takes_no_turn() {
    let limits = limits(1.0, 45.0);
    let began = now();
    limits.turn(&counted(1), began).await.unwrap();
    let refused = limits.turn(&counted(1), began + Duration::from_millis(900)).await;
    assert_eq!(refused, Err(Fault::Wait { retry_after: Duration::from_secs(1) }));
    assert_eq!(limits.turn(&counted(1), began + LATE).await, Ok(Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn a_penalty_holds_back_its_base_and_who_waits_there_already() {
    let limits = limits(1.0, 45.0);
    let until = now() + LATE;
    limits.turn(&counted(1), until).await.unwrap();
    let waiting = Arc::clone(&limits);
    let waits = tokio::spawn(async move { waiting.turn(&counted(1), until).await });
    tokio::task::yield_now().await;
    limits.penalise(&counted(1), Duration::from_secs(30));
    let refused = limits.turn(&counted(1), now() + Duration::from_secs(29)).await;
    assert_eq!(refused, Err(Fault::Wait { retry_after: Duration::from_secs(30) }));
    let another = limits.turn(&counted(2), now() + LATE).await.unwrap();
    assert!(another < Duration::from_millis(100), "another base has no penalty");
    assert_eq!(waits.await.unwrap(), Ok(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn a_shorter_penalty_does_not_shorten_a_longer_one() {
    let limits = limits(1.0, 45.0);
    limits.penalise(&counted(1), Duration::from_secs(60));
    limits.penalise(&counted(1), Duration::from_secs(30));
    assert_eq!(limits.turn(&counted(1), now() + LATE).await, Ok(Duration::from_secs(60)));
}

#[tokio::test(start_paused = true)]
async fn a_penalty_without_a_base_holds_back_the_person() {
    let limits = limits(4.5, 45.0);
    limits.penalise(&Counted { base: None, ..counted(1) }, Duration::from_secs(30));
    assert_eq!(limits.turn(&counted(1), now() + LATE).await, Ok(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn trap_4_when_the_month_is_used_up_only_what_is_free_goes_on() {
    let limits = limits(1000.0, 1000.0);
    limits.spend(&counted(1));
    assert_eq!(limits.turn(&counted(1), now() + LATE).await, Err(Fault::QuotaSpent));
    let free = Counted { is_metered: false, ..counted(1) };
    assert_eq!(limits.turn(&free, now() + LATE).await, Ok(Duration::ZERO));
    assert!(limits.turn(&counted(2), now() + LATE).await.is_ok(), "another base may be of another workspace");
    tokio::time::advance(SPENT_FOR).await;
    assert!(limits.turn(&counted(1), now() + LATE).await.is_ok(), "after a while somebody looks again");
}

#[test]
fn a_turn_that_has_come_waits_for_who_went_late() {
    let limits = limits(1.0, 45.0);
    let began = Instant::now();
    for _ in 0..2 {
        limits.take(&counted(1), began, began + LATE).unwrap();
    }
    let late = began + Duration::from_millis(700);
    assert!(matches!(limits.go(&counted(1), late), Going::Now), "the first turn, taken late");
    let second = began + Duration::from_secs(1);
    let Going::Later(at) = limits.go(&counted(1), second) else { panic!("it is at the heels of the first") };
    assert_eq!(at, late + Duration::from_secs(1));
    assert!(matches!(limits.go(&counted(1), at), Going::Now));
}

#[tokio::test(start_paused = true)]
async fn lanes_that_nobody_is_in_are_let_go() {
    let limits = limits(4.5, 45.0);
    limits.penalise(&counted(0), LATE);
    for number in 0..LANES_KEPT + 10 {
        limits.turn(&counted(number + 1), now() + LATE).await.unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert!(limits.with_lanes(|lanes| lanes.len()) <= LANES_KEPT + 1);
    let refused = limits.turn(&counted(0), now() + Duration::from_secs(1)).await;
    assert!(matches!(refused, Err(Fault::Wait { .. })), "a penalty is not forgotten");
}

proptest! {
    /// Whatever bases and persons ask in whatever order.
    #[test]
    fn turns_of_a_lane_are_never_closer_than_its_pace(asked in prop::collection::vec((0..4_usize, 0..2_usize), 1..60)) {
        let limits = limits(4.5, 7.0);
        let began = Instant::now();
        let mut turns: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        for (base_number, person) in asked {
            let counted = Counted { person: person.to_string(), ..counted(base_number) };
            let turn = limits.take(&counted, began, began + LATE).unwrap();
            turns.entry(format!("base {base_number}")).or_default().push(turn);
            turns.entry(format!("person {person}")).or_default().push(turn);
        }
        for (lane, mut turns) in turns {
            let spacing = Duration::from_secs_f64(1.0 / if lane.starts_with("base") { 4.5 } else { 7.0 });
            turns.sort();
            prop_assert!(turns.windows(2).all(|pair| pair[1] - pair[0] >= spacing), "{lane}");
        }
    }
}
