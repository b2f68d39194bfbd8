//! `/v1/ops/log`: what the log holds of every tenant, in the same words as `airtide log`.

use serde_json::{Value, json};
use support::airtide;
use support::api::TestApi;
use support::operator::Operator;
use support::team::Team;

use super::masked;

/// What `airtide log` prints with these arguments.
fn told(api: &TestApi, arguments: &[&str]) -> Value {
    let arguments = [["log"].as_slice(), arguments, &["--output", "json"]].concat();
    let mut command = airtide::command(&arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn positions(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|event| event["position"].as_i64().unwrap()).collect()
}

/// A tenant with a workspace that was renamed, in a log where others are too.
async fn gather() -> (Team, String) {
    let team = Team::gather_with(&[]).await;
    let workspace = team.workspace("Orders");
    team.rename(&workspace, "Sales").await;
    team.change_contact("ana@example.org").await;
    team.api.person();
    (team, workspace)
}

/// Page by page it is all of what the command prints at once, from either end.
#[tokio::test(flavor = "multi_thread")]
async fn events_are_read_page_by_page_from_either_end_with_the_filters_of_the_command() {
    let (team, workspace) = gather().await;
    let operator = Operator::of(&team.api);
    let tenant = team.tenant.as_str();
    let at = team.log.log.reader().between(5, 5).await.unwrap()[0].recorded_at.to_string();
    let stream = format!("workspace/{workspace}");
    let cases: [(&str, &[&str]); 7] = [
        ("", &[]),
        ("backwards=true", &["--backwards"]),
        ("after=4", &["--after", "4"]),
        (&format!("tenant={tenant}"), &["--tenant", tenant]),
        (&format!("aggregate=workspace&id={workspace}"), &["--stream", &stream]),
        ("type=workspace.renamed", &["--type", "workspace.renamed"]),
        (&format!("until={at}&backwards=true"), &["--until", &at, "--backwards"]),
    ];
    for (query, flags) in cases {
        let whole = told(&team.api, &[["read"].as_slice(), flags].concat());
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let from = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let page = operator.get(&format!("/v1/ops/log/events?limit=2&{query}{from}").replace("&&", "&"));
            let page = page.expect(200).json();
            assert!(positions(&page).len() <= 2);
            read.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(Value::Array(read), whole, "{query}");
    }
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_stays_sealed() {
    let (team, _) = gather().await;
    let operator = Operator::of(&team.api);
    let events = operator.get("/v1/ops/log/events?type=tenant.contact_changed").expect(200);
    let position = positions(&events.json())[0];
    let tenant = &team.tenant;
    let state = operator.get(&format!("/v1/ops/log/streams/{tenant}/tenant/{tenant}/state")).expect(200);
    let whole = operator.get(&format!("/v1/ops/log/events/{position}")).expect(200);
    for body in [&events.body, &state.body, &whole.body] {
        assert!(body.contains("sealed") && !body.contains("ana@example.org"), "{body}");
    }
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_its_trace_and_the_numbers_are_those_of_the_command() {
    let (team, _) = gather().await;
    let operator = Operator::of(&team.api);
    let whole = operator.get("/v1/ops/log/events/4").expect(200).json();
    assert_eq!(whole, told(&team.api, &["show", "4"]));
    let id = whole["event"]["id"].as_str().unwrap();
    assert_eq!(operator.get(&format!("/v1/ops/log/events/{id}")).expect(200).json(), whole);
    let correlation = whole["event"]["correlation_id"].as_str().unwrap();
    let trace = operator.get(&format!("/v1/ops/log/traces/{correlation}")).expect(200).json();
    assert_eq!(trace, told(&team.api, &["trace", correlation]));
    let stats = operator.get("/v1/ops/log/stats?types=3&days=1").expect(200).json();
    let mut printed = told(&team.api, &["stats", "--top", "3", "--days", "1"]);
    // Tables grow without an event: read models are written meanwhile.
    printed["tables"] = stats["tables"].clone();
    assert_eq!(stats, printed);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_the_one_of_its_moment_and_versions_are_told_apart() {
    let (team, workspace) = gather().await;
    let operator = Operator::of(&team.api);
    let tenant = team.tenant.as_str();
    let place = format!("/v1/ops/log/streams/{tenant}/workspace/{workspace}");
    let of_command = ["state", "workspace", &workspace, "--tenant", tenant];
    let renamed = operator.get("/v1/ops/log/events?type=workspace.renamed").expect(200).json();
    let at = renamed["data"][0]["recorded_at"].as_str().unwrap().to_owned();
    let before = (positions(&renamed)[0] - 1).to_string();
    for (query, flags) in [
        (String::new(), vec![]),
        ("?version=1".to_owned(), vec!["--version", "1"]),
        (format!("?position={before}"), vec!["--position", &before]),
        (format!("?time={at}"), vec!["--time", &at]),
    ] {
        let state = operator.get(&format!("{place}/state{query}")).expect(200).json();
        assert_eq!(state, told(&team.api, &[of_command.as_slice(), &flags].concat()), "{query}");
    }
    let differences = operator.get(&format!("{place}/differences?old=1&new=2")).expect(200).json();
    let expected = json!({ "data": [{ "pointer": "/details/name", "old": "Orders", "new": "Sales" }] });
    assert_eq!(differences, expected);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_the_shape_that_they_had() {
    let log = support::log::TestLog::of_three_batches().await;
    let node = support::api::Node::serve(&log.url, log.keys_dir(), "api", &[]);
    let mut token = airtide::command(&["ops", "token", "--name", "ana"]);
    let token = token.env("AIRTIDE__KEYS__DIR", log.keys_dir()).output().unwrap().stdout;
    let token = String::from_utf8(token).unwrap();
    let get = |path: &str| support::api::call(&node.url, "GET", path).bearer(token.trim()).send().expect(200);
    for (name, path) in [
        ("events", "/v1/ops/log/events?backwards=true&limit=2"),
        ("event", "/v1/ops/log/events/4"),
        ("state", "/v1/ops/log/streams/acme/workspace/invoices/state"),
        ("work", "/v1/ops/work"),
        ("relay", "/v1/ops/relay"),
    ] {
        let mut body = masked(get(path).json());
        if let Some(cursor) = body.get_mut("next_cursor").filter(|cursor| cursor.is_string()) {
            *cursor = json!("a cursor");
        }
        insta::assert_json_snapshot!(name, body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_makes_no_sense_is_told_apart() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    for path in [
        "/v1/ops/log/events/99",
        "/v1/ops/log/events/nothing",
        "/v1/ops/log/events/0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "/v1/ops/log/traces/0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "/v1/ops/log/streams/acme/workspace/three/state",
        "/v1/ops/log/streams/acme/painting/three/state",
        "/v1/ops/log/streams/acme/workspace/three/differences?old=0&new=1",
    ] {
        operator.get(path).expect(404);
    }
    for (query, pointer) in [
        ("type=workspace.painted", "/type"),
        ("limit=0", "/limit"),
        ("since=yesterday", "/since"),
        ("cursor=bm9uc2Vuc2U", "/cursor"),
        ("colour=red", "/colour"),
    ] {
        let refused = operator.get(&format!("/v1/ops/log/events?{query}")).expect(400);
        assert_eq!(refused.text("/errors/0/pointer"), pointer, "{query}");
    }
    let both = "/v1/ops/log/streams/acme/workspace/one/state?version=1&position=1";
    assert_eq!(operator.get(both).expect(400).text("/errors/0/code"), "one_of");
}
