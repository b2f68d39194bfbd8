//! A flood of sign-ins slows nothing but sign-ins.

use std::time::{Duration, Instant};

use serde_json::json;
use support::api::TestApi;

const SIGN_INS: usize = 100;
/// What is promised for 99 of 100 answers of `/health`, from the first sign-in to the answer of the last.
const HEALTH_WITHIN: Duration = Duration::from_millis(50);

#[test]
fn a_hundred_wrong_passwords_at_once_leave_the_rest_quick() {
    let _alone = crate::alone();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let api = runtime.block_on(TestApi::start());
    let ana = api.person();
    let mut took = Vec::new();
    std::thread::scope(|scope| {
        let sign_in = || {
            let body = json!({ "identifier": ana.email, "password": "not the password" });
            let answer = api.post("/auth/login", body).send();
            assert!([401, 503].contains(&answer.status), "{}", answer.body);
        };
        let flood: Vec<_> = (0..SIGN_INS).map(|_| scope.spawn(sign_in)).collect();
        while !flood.iter().all(|sign_in| sign_in.is_finished()) {
            let begun = Instant::now();
            api.get("/health").send().expect(200);
            took.push(begun.elapsed());
        }
    });
    assert!(took.len() > SIGN_INS, "the flood was over after {} answers", took.len());
    took.sort();
    let within = took[took.len() * 99 / 100];
    println!("99 of 100 within {within:?}, of {}", took.len());
    assert!(within < HEALTH_WITHIN, "99 of 100 within {within:?}");
}
