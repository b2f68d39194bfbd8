//! `POST /auth/login`: whoever tries too much is refused before any work is done, the owner gets in all the same, and
//! nobody learns from it who exists.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{Executor, PgConnection};
use support::api::{Answer, Call, PASSWORD, Person, TestApi, call};
use support::{database, wait};

/// With the limits that the program has by itself, but for registering, which these tests do.
const OWN: (&str, &str) = ("AIRTIDE__LIMITS__REGISTER_PER_HOUR", "100");
const NO_LOGIN: (&str, &str) = ("AIRTIDE__LIMITS__LOGIN_PER_MINUTE", "0");
const NO_ADDRESS: (&str, &str) = ("AIRTIDE__LIMITS__LOGIN_PER_ADDRESS_PER_MINUTE", "0");
const THREE_FAILURES: (&str, &str) = ("AIRTIDE__LIMITS__LOGIN_FAILURES_PER_HOUR", "3");
const SWEPT_WITHIN: Duration = Duration::from_secs(10);

fn wrong(url: &str, identifier: &str) -> Answer {
    try_to_sign_in(url, json!({ "identifier": identifier, "password": "not the password" }))
}

fn right(url: &str, identifier: &str) -> Answer {
    try_to_sign_in(url, json!({ "identifier": identifier, "password": PASSWORD }))
}

fn from_device(url: &str, identifier: &str, password: &str, device: &str) -> Answer {
    try_to_sign_in(url, json!({ "identifier": identifier, "password": password, "device_token": device }))
}

fn try_to_sign_in(url: &str, body: Value) -> Answer {
    post(url, body).send()
}

fn post(url: &str, body: Value) -> Call<'_> {
    call(url, "POST", "/auth/login").json(body).header("x-request-id", "the-same-id")
}

fn seconds(answer: &Answer) -> u64 {
    answer.header("retry-after").expect("it says when").parse().expect("seconds")
}

/// Somebody who has signed in on a device, and its token.
fn person_with_device(api: &TestApi) -> (Person, String) {
    let person = api.person();
    let device = api.sign_in(&person.email).text("/device_token");
    (person, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn b9_a_hundred_quick_sign_ins_end_in_429_and_the_owner_gets_in_from_a_trusted_device() {
    let api = TestApi::start_with(&[OWN]).await;
    let (ana, device) = person_with_device(&api);
    let statuses: Vec<u16> = (0..100).map(|_| wrong(&api.url, &ana.email).status).collect();

    let tried = statuses.iter().filter(|status| **status == 401).count();
    assert!((1..=15).contains(&tried), "{tried} were tried: {statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    let refused = right(&api.url, &ana.email).expect(429);
    assert_eq!(refused.text("/code"), "rate_limited");
    assert!((1..=12).contains(&seconds(&refused)), "{}", seconds(&refused));

    let again = from_device(&api.url, &ana.email, PASSWORD, &device).expect(200);
    assert_eq!(again.text("/device_token"), device, "it is trusted for longer");
    from_device(&api.url, &ana.username, PASSWORD, &device).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_go_through_many_names() {
    let api = TestApi::start_with(&[OWN]).await;
    let statuses: Vec<u16> = (0..60).map(|number| wrong(&api.url, &format!("name{number}")).status).collect();
    let tried = statuses.iter().filter(|status| **status == 401).count();
    assert!((30..=40).contains(&tried), "{tried} were tried");
    assert_eq!(wrong(&api.url, "another").status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_after_too_many_failures_from_anywhere_only_a_trusted_device_gets_in() {
    let api = TestApi::start_with(&[OWN, NO_LOGIN, NO_ADDRESS, THREE_FAILURES]).await;
    let (ana, device) = person_with_device(&api);
    for _ in 0..3 {
        wrong(&api.url, &ana.email).expect(401);
    }
    wrong(&api.url, &ana.email).expect(429);
    right(&api.url, &ana.email).expect(429);
    from_device(&api.url, &ana.email, PASSWORD, &device).expect(200);
    right(&api.url, &api.person().email).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_no_failure() {
    let api = TestApi::start_with(&[OWN, NO_LOGIN, NO_ADDRESS, THREE_FAILURES]).await;
    let ana = api.person();
    for _ in 0..6 {
        right(&api.url, &ana.email).expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_trusted_for_its_person_alone_and_has_a_limit_of_its_own() {
    let device_limit = ("AIRTIDE__LIMITS__LOGIN_PER_DEVICE_PER_HOUR", "2");
    let api = TestApi::start_with(&[OWN, NO_LOGIN, NO_ADDRESS, THREE_FAILURES, device_limit]).await;
    let ((ana, of_ana), (ben, of_ben)) = (person_with_device(&api), person_with_device(&api));
    for _ in 0..3 {
        wrong(&api.url, &ana.email).expect(401);
    }
    for device in [of_ben.as_str(), "", "nothing", &"x".repeat(43)] {
        from_device(&api.url, &ana.email, PASSWORD, device).expect(429);
    }
    from_device(&api.url, &ana.email, "not the password", &of_ana).expect(401);
    from_device(&api.url, &ana.email, PASSWORD, &of_ana).expect(200);
    from_device(&api.url, &ana.email, PASSWORD, &of_ana).expect(429);
    from_device(&api.url, &ben.email, PASSWORD, &of_ben).expect(200);
}

/// What is told of limits; the time in it passes.
fn told(answer: &Answer) -> String {
    let limit = answer.header("ratelimit").expect("it tells the limit");
    let limit = limit.split(";t=").next().expect("a standing");
    format!("{} {limit} {:?}", answer.status, answer.header("ratelimit-policy"))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_exists_and_who_does_not_are_limited_alike() {
    let few = ("AIRTIDE__LIMITS__LOGIN_BURST", "4");
    for limits in [vec![OWN, NO_ADDRESS, few], vec![OWN, NO_ADDRESS, THREE_FAILURES]] {
        let api = TestApi::start_with(&limits).await;
        let ana = api.post("/auth/register", json!({ "email": "ana@example.org", "password": PASSWORD }));
        ana.send().expect(201);
        for _ in 0..7 {
            let (known, unknown) =
                (wrong(&api.url, "ana@example.org"), wrong(&api.url, "nobody@example.org"));
            assert_eq!(told(&known), told(&unknown));
            assert_eq!(known.json(), unknown.json());
        }
        assert_eq!(wrong(&api.url, "ana@example.org").status, 429);
        assert_eq!(wrong(&api.url, "nobody@example.org").status, 429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_count_together() {
    let limits = [OWN, NO_ADDRESS];
    let api = TestApi::start_with(&limits).await;
    let other = api.another_with("api", &limits);
    let ana = api.person();
    let nodes = [api.url.as_str(), other.url.as_str()];
    let statuses: Vec<u16> =
        (0..24).map(|number: usize| wrong(nodes[number % 2], &ana.email).status).collect();
    let tried = statuses.iter().filter(|status| **status == 401).count();
    // One was the person's own.
    assert!((9..=13).contains(&tried), "{tried} were tried");
    for node in nodes {
        right(node, &ana.email).expect(429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_on_two_nodes_are_no_more_than_are_allowed() {
    let limits = [OWN, NO_ADDRESS];
    let api = TestApi::start_with(&limits).await;
    let other = api.another_with("api", &limits);
    let tries = |url: &str| (0..5).filter(|_| wrong(url, "ana@example.org").status == 401).count();
    let tried: usize = std::thread::scope(|scope| {
        let nodes = [api.url.as_str(), other.url.as_str()].into_iter().cycle();
        let trying: Vec<_> = nodes.take(8).map(|url| scope.spawn(move || tries(url))).collect();
        trying.into_iter().map(|trying| trying.join().expect("it tried")).sum()
    });
    assert!((10..=13).contains(&tried), "{tried} were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_store_nobody_signs_in_and_all_else_goes_on() {
    let api = TestApi::start_with(&[OWN]).await;
    let ana = api.person();
    let mut database = database::superuser(&api.database_url).await;
    database.execute("alter table rate_limits rename to rate_limits_away").await.expect("it is away");
    let refused = right(&api.url, &ana.email).expect(503);
    assert!(seconds(&refused) >= 1);
    api.post("/auth/register", json!({ "email": "ben@example.org", "password": PASSWORD }))
        .send()
        .expect(503);
    let listed = api.get("/v1/workspaces").by(&ana).send().expect(200);
    assert!(listed.header("ratelimit").is_some());

    database.execute("alter table rate_limits_away rename to rate_limits").await.expect("it is back");
    right(&api.url, &ana.email).expect(200);
}

async fn texts(database: &mut PgConnection, question: &'static str) -> Vec<String> {
    sqlx::query_scalar(question).fetch_all(database).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_names_nobody_and_a_device_is_kept_as_a_hash() {
    let api = TestApi::start_with(&[OWN]).await;
    let (ana, device) = person_with_device(&api);
    wrong(&api.url, &ana.email).expect(401);
    let mut database = database::superuser(&api.database_url).await;
    let counted = texts(&mut database, "select rate_limits::text from rate_limits").await;
    assert!(counted.len() >= 4, "{counted:?}");
    let kept =
        texts(&mut database, "select encode(token_hash, 'base64') || user_id from trusted_devices").await;
    assert!(!kept.is_empty());
    for row in counted.iter().chain(&kept) {
        for secret in [ana.email.as_str(), &ana.username, "127.0.0", "login", &device] {
            assert!(!row.contains(secret), "{secret} is in {row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_no_more_is_swept() {
    let api = TestApi::start_with(&[OWN]).await;
    let (ana, device) = person_with_device(&api);
    let mut database = database::superuser(&api.database_url).await;
    let ends = "update trusted_devices set expires_at = now() - interval '1 second';
                insert into rate_limits(key, full_at) values
                  ('full', now() - interval '1 second'), ('not yet', now() + interval '1 hour')";
    database.execute(ends).await.expect("times are changed");
    // It is trusted no more, so signing in hands out another.
    let again = from_device(&api.url, &ana.email, PASSWORD, &device).expect(200);
    assert_ne!(again.text("/device_token"), device);

    let _sweeps_at_its_start = api.another("api");
    wait::until_true("what is over is gone", SWEPT_WITHIN, async || {
        let left =
            texts(&mut database, "select key from rate_limits where key like '%full%' or key = 'not yet'")
                .await;
        let devices = texts(&mut database, "select user_id from trusted_devices").await;
        left == ["not yet"] && devices.len() == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_the_latest_twenty_devices() {
    let api = TestApi::start().await;
    let (ana, first) = person_with_device(&api);
    let mut latest = String::new();
    for _ in 0..22 {
        latest = api.sign_in(&ana.email).text("/device_token");
    }
    let mut database = database::superuser(&api.database_url).await;
    let kept = texts(&mut database, "select user_id from trusted_devices").await;
    assert_eq!(kept.len(), 20);
    let again = |device: &str| from_device(&api.url, &ana.email, PASSWORD, device).text("/device_token");
    assert_eq!(again(&latest), latest);
    assert_ne!(again(&first), first, "it was forgotten");
}
