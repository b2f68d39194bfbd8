//! What a request says is never a part of a statement, of an answer's head, or of a redirect: a text with everything in it that
//! means something to Postgres, wherever any operation takes a text.

use std::time::{Duration, Instant};

use serde_json::json;
use support::api::{Answer, PASSWORD, TestApi};
use support::{database, operator};

use super::document::Needed;
use super::probes::{Probe, carrying};

/// Taken as SQL they would sleep for so long that it shows, whatever else the machine does.
const TEXTS: [&str; 2] = [
    r#"x'; drop table sessions cascade; select pg_sleep(25);--"#,
    r#"x") or 1=(select 1 from pg_sleep(25)) or ("\ %_ $1 $$ /*"#,
];
const LATE: Duration = Duration::from_secs(20);
/// What has no end, or ends the session of whoever asks.
const LEFT_OUT: [&str; 2] = ["/v1/events/stream", "/auth/logout"];
/// What would give away statements, or what they found.
const NEVER_TOLD: [&str; 7] =
    ["sqlx", "syntax error", "pg_catalog", "$argon2", "secret_hash", "cookie_hash", PASSWORD];
const TYPES: [&str; 5] = [
    "application/json; charset=utf-8",
    "application/json",
    "application/problem+json",
    "application/x-ndjson",
    "application/jwk-set+json",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_request_is_taken_for_a_statement_or_a_head() {
    let api = TestApi::start().await;
    let ana = api.person();
    let workspace = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let workspace = workspace.text("/id");
    let operator = operator::token(&api, &["--name", "ana"]);
    let before = tables(&api).await;
    let mut wrong = Vec::new();
    let probes = TEXTS.into_iter().flat_map(|text| carrying(text, &workspace));
    for probe in probes.filter(|probe| LEFT_OUT.iter().all(|path| !probe.path.starts_with(path))) {
        let token = match probe.needed {
            Needed::Nobody => None,
            Needed::Operator => Some(&operator),
            _ => Some(&ana.token),
        };
        let (asked_at, answer) = (Instant::now(), answer_to(&api, &probe, token));
        if let Some(fault) = fault(&answer, asked_at.elapsed(), token.is_some()) {
            wrong.push(format!("{}: {fault}: {} {}", probe.place, answer.status, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tables(&api).await, before);
    // Names are what they were given as, and everything goes on.
    let named = api.post("/v1/workspaces", json!({ "name": TEXTS[0] })).by(&ana).send().expect(201);
    assert_eq!(named.text("/name"), TEXTS[0]);
    api.sign_in(&ana.email);
    // Nor does anybody follow where a page is told to go on.
    for path in [
        "/events?next=//evil.test",
        "/docs?next=https://evil.test",
        "//evil.test",
        "/auth/login?next=//evil.test",
    ] {
        let answer = api.get(path).send();
        assert!(!(300..400).contains(&answer.status) && answer.header("location").is_none(), "{path}");
    }
}

fn answer_to(api: &TestApi, probe: &Probe, token: Option<&String>) -> Answer {
    let call = api.call(&probe.method, &probe.path);
    let call = probe.headers.iter().fold(call, |call, (name, value)| call.header(name, value));
    let call = match &probe.body {
        Some(body) => call.json(body.clone()),
        None => call,
    };
    match token {
        Some(token) => call.bearer(token).send(),
        None => call.send(),
    }
}

/// What is wrong with an answer, whatever it says.
fn fault(answer: &Answer, took: Duration, is_somebodys: bool) -> Option<String> {
    let content_type = answer.header("content-type");
    let is_kept = answer.header("cache-control") != Some("no-store");
    if answer.status >= 500 || (300..400).contains(&answer.status) {
        Some("a fault or a redirect".into())
    } else if took > LATE {
        Some(format!("it took {took:?}"))
    } else if let Some(told) = NEVER_TOLD.iter().find(|told| answer.body.contains(**told)) {
        Some(format!("it tells {told}"))
    } else if answer.header("x-content-type-options") != Some("nosniff") {
        Some("no nosniff".into())
    } else if !answer.body.is_empty() && !content_type.is_some_and(|is| TYPES.contains(&is)) {
        Some(format!("it is {content_type:?}"))
    } else if is_somebodys && is_kept {
        Some("somebody may keep it".into())
    } else {
        None
    }
}

/// Every table and column that there is.
async fn tables(api: &TestApi) -> Vec<(String, String)> {
    sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2",
    )
    .fetch_all(&mut database::superuser(&api.database_url).await)
    .await
    .expect("the catalog")
}
