//! A flood of sign-ins slows nothing but sign-ins.

use std::time::{Duration, Instant};

use serde_json::json;
use support::api::{Person, TestApi};

/// What a flood may add to 99 of 100 answers of `/health`. Other tests share the machine: what they cost is measured just
/// before and taken off, and what one of them happens to do during a flood is not there in all three.
const ADDED_MAX: Duration = Duration::from_millis(50);
const FLOODS: usize = 3;

/// How long 99 of 100 answers took at most.
fn health(api: &TestApi) -> Duration {
    let mut took: Vec<Duration> = (0..100)
        .map(|_| {
            let begun = Instant::now();
            api.get("/health").send().expect(200);
            begun.elapsed()
        })
        .collect();
    took.sort();
    took[98]
}

fn wrong_password(api: &TestApi, person: &Person) {
    let body = json!({ "identifier": person.email, "password": "not the password" });
    let answer = api.post("/auth/login", body).send();
    assert!([401, 503].contains(&answer.status), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_wrong_passwords_at_once_leave_the_rest_quick() {
    let api = TestApi::start().await;
    let ana = api.person();
    let quiet = health(&api);
    let flooded: Vec<Duration> = (0..FLOODS).map(|_| under_a_flood(&api, &ana)).collect();
    println!("99 of 100 within {flooded:?}, before the floods {quiet:?}");
    let is_quick = flooded.iter().any(|flooded| *flooded < quiet + ADDED_MAX);
    assert!(is_quick, "99 of 100 within {flooded:?}, before the floods {quiet:?}");
}

fn under_a_flood(api: &TestApi, person: &Person) -> Duration {
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| wrong_password(api, person));
        }
        health(api)
    })
}
