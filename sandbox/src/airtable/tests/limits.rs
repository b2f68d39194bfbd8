//! Limits as programs run into them. Many callers ask as fast as they can, and the journal tells who was answered when.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::harness::{Sandbox, eventually};
use super::seed::{ANA, BEN, TASKS, seed};

const CALLERS: usize = 8;
const RATE: &str = "RATE_LIMIT_REACHED";
/// What may lie between the time in the journal and that of the limit: two looks at the clock.
const SLACK_MS: i64 = 10;
/// How long after it came a request may be looked at, on a machine that is busy.
const LATE_MS: i64 = 500;

/// The office, and two bases more: Annex in the same workspace, Barn in another one.
fn bases() -> Value {
    let mut seed = seed();
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.push(json!({ "id": "wspBarn0000000000", "name": "Barn" }));
    let office = seed["bases"][0].clone();
    for (id, workspace) in
        [("appAnnex000000000", "wspOffice00000000"), ("appBarn0000000000", "wspBarn0000000000")]
    {
        let mut base = json!({ "id": id, "name": id, "workspaceId": workspace, "tables": [{
            "id": format!("tbl{}", &id[3..]), "name": "Tasks", "primaryFieldId": format!("fld{}", &id[3..]),
            "fields": [{ "id": format!("fld{}", &id[3..]), "name": "Name", "type": "singleLineText" }] }] });
        for key in ["createdTime", "permissionLevels"] {
            base[key] = office[key].clone();
        }
        seed["bases"].as_array_mut().unwrap().push(base);
    }
    seed
}

const EVERYWHERE: [&str; 3] = [TASKS, "/v0/appAnnex000000000/Tasks", "/v0/appBarn0000000000/Tasks"];

/// Asks without a pause for so long, from all callers at once.
async fn hammer(sandbox: &Sandbox, paths: &'static [&'static str], long: Duration) {
    let until = Instant::now() + long;
    let callers = (0..CALLERS).map(|caller| {
        let sandbox = sandbox.clone();
        tokio::spawn(async move {
            let mut turn = caller;
            while Instant::now() < until {
                let status = sandbox.get(paths[turn % paths.len()]).await.status;
                assert!([200, 429].contains(&status), "{status}");
                turn += 1;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

/// When each request came that had such an answer, in milliseconds.
async fn journaled(sandbox: &Sandbox, status: u16) -> Vec<i64> {
    let (mut times, mut last) = (Vec::new(), 0);
    loop {
        let page = sandbox.get(&format!("/_sim/journal?after={last}")).await.ok();
        let entries = page["entries"].as_array().unwrap();
        if entries.is_empty() {
            times.sort_unstable();
            return times;
        }
        let of_status = entries.iter().filter(|entry| entry["status"] == status);
        times.extend(
            of_status
                .map(|entry| entry["at"].as_str().unwrap().parse::<Timestamp>().unwrap().as_millisecond()),
        );
        last = page["last"].as_u64().unwrap();
    }
}

/// No second holds more than the limit, and nobody is refused unless it holds as many.
fn assert_each_second_holds(limit: usize, answered: &[i64], refused: &[i64]) {
    for (first, beyond) in answered.iter().zip(&answered[limit..]) {
        assert!(beyond - first >= 1_000 - SLACK_MS, "{} in {} ms", limit + 1, beyond - first);
    }
    assert!(!refused.is_empty(), "nobody was refused");
    for at in refused {
        let second = at - 1_000 - LATE_MS..=at + LATE_MS;
        let held = answered.iter().filter(|answer| second.contains(answer)).count();
        assert!(held >= limit, "refused while a second held {held}");
    }
}

#[tokio::test]
async fn a_base_answers_five_requests_in_each_second_however_many_ask() {
    let sandbox = Sandbox::start().await;
    sandbox.turn(json!({ "rate": { "per_base": 5, "penalty_seconds": 0 } })).await;
    hammer(&sandbox, &[TASKS], Duration::from_millis(2_500)).await;
    let (answered, refused) = (journaled(&sandbox, 200).await, journaled(&sandbox, 429).await);
    assert_each_second_holds(5, &answered, &refused);
    assert!((10..=15).contains(&answered.len()), "{} in two and a half seconds", answered.len());
}

#[tokio::test]
async fn a_person_is_answered_fifty_requests_in_each_second_over_all_bases() {
    let sandbox = Sandbox::start_with(bases()).await;
    sandbox.turn(json!({ "rate": { "per_user": 50, "penalty_seconds": 0 } })).await;
    hammer(&sandbox, &EVERYWHERE, Duration::from_millis(2_500)).await;
    assert_each_second_holds(50, &journaled(&sandbox, 200).await, &journaled(&sandbox, 429).await);
    hammer(&sandbox, &EVERYWHERE, Duration::from_millis(100)).await;
    assert_eq!(sandbox.as_token(BEN).get(TASKS).await.status, 200, "another person has fifty of their own");
}

#[tokio::test]
async fn whoever_asks_for_too_much_is_refused_everything_for_half_a_minute() {
    let sandbox = Sandbox::start_with(bases()).await;
    sandbox.turn(json!({ "rate": { "per_base": 5, "penalty_seconds": 30 } })).await;
    hammer(&sandbox, &[TASKS], Duration::from_millis(1_500)).await;
    assert_eq!(journaled(&sandbox, 200).await.len(), 5, "the second after is refused as well");
    let changed = sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await;
    assert_eq!(changed.error(), (429, RATE.into()));
    assert_eq!(sandbox.as_token(BEN).get(TASKS).await.error(), (429, RATE.into()), "the base is, for all");
    sandbox.get(EVERYWHERE[1]).await.ok();
}

#[tokio::test]
async fn a_penalty_ends() {
    let sandbox = Sandbox::start().await;
    sandbox.turn(json!({ "rate": { "per_base": 2, "penalty_seconds": 2 } })).await;
    eventually("a refusal", || async { (sandbox.get(TASKS).await.status == 429).then_some(()) }).await;
    eventually("an answer after the penalty", || async {
        (sandbox.get(TASKS).await.status == 200).then_some(())
    })
    .await;
    let (answered, refused) = (journaled(&sandbox, 200).await, journaled(&sandbox, 429).await);
    let after = answered.iter().find(|at| **at > refused[0]).unwrap() - refused[0];
    assert!(after >= 2_000 - SLACK_MS, "{after} ms");
}

#[tokio::test]
async fn the_calls_of_a_month_are_those_of_a_workspace_and_bases_are_listed_beyond() {
    let sandbox = Sandbox::start_with(bases()).await;
    sandbox.turn(json!({ "quota": { "calls": 3 } })).await;
    let [office, annex, barn] = EVERYWHERE;
    for path in [office, office, annex] {
        sandbox.get(path).await.ok();
    }
    for (token, path) in [(ANA, office), (ANA, annex), (BEN, office)] {
        let refused = sandbox.as_token(token).get(path).await;
        assert_eq!(refused.error(), (429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED".into()), "{path}");
    }
    sandbox.get(barn).await.ok();
    for path in ["/v0/meta/whoami", "/v0/meta/bases", "/v0/meta/bases/appOffice00000000/tables"] {
        sandbox.get(path).await.ok();
    }
}
