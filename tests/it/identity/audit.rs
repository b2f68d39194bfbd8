//! `GET /v1/audit`, its export, and `GET /v1/ops/audit`: who did what to what, from where.

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};
use support::database;
use support::operator::Operator;
use support::team::Team;
use support::wait;
use support::workers::SOON;

const REQUEST: &str = "audit-test-1";

fn audit(api: &TestApi, by: &Person, query: &str) -> Answer {
    api.get(&format!("/v1/audit?{query}")).by(by).send()
}

fn actions(answer: &Answer) -> Vec<String> {
    let data = answer.at("/data");
    data.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_tells_who_did_what_to_what_and_from_where() {
    let api = TestApi::start().await;
    let (owner, other) = (api.person(), api.person());
    let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).header("x-request-id", REQUEST);
    let made = made.by(&owner).send().expect(201);
    let (workspace, position) = (made.text("/id"), made.header("airtide-position").unwrap().to_owned());

    let all = audit(&api, &owner, &format!("wait_for={position}")).expect(200);
    let row = all.at("/data/0");
    for (field, value) in [
        ("action", "workspace.created"),
        ("actor", owner.user.as_str()),
        ("target_type", "workspace"),
        ("target", &workspace),
        ("workspace", &workspace),
        ("outcome", "success"),
        ("network", "127.0.0.0/24"),
        ("request_id", REQUEST),
    ] {
        assert_eq!(row[field], value, "{field} in {row}");
    }
    assert!(actions(&all).contains(&"session.started".to_owned()), "{:?}", actions(&all));
    assert!(actions(&all).contains(&"membership.added".to_owned()), "{:?}", actions(&all));

    // Every filter takes away what does not fit it, and nothing else.
    let one = vec!["workspace.created".to_owned()];
    for (query, found) in [
        (format!("action=workspace.created&workspace={workspace}"), &one),
        ("action=workspace.renamed".to_owned(), &vec![]),
        (format!("workspace={workspace}"), &one),
        (format!("target={workspace}&actor={}", owner.user), &one),
        ("actor=usr_nobody".to_owned(), &vec![]),
        ("outcome=failed".to_owned(), &vec![]),
        ("since=2999-01-01T00:00:00Z".to_owned(), &vec![]),
        ("until=2001-01-01T00:00:00Z".to_owned(), &vec![]),
    ] {
        assert_eq!(actions(&audit(&api, &owner, &query).expect(200)), *found, "{query}");
    }
    audit(&api, &owner, "nothing=1").expect(400);
    let first = audit(&api, &owner, "limit=1").expect(200);
    let second = audit(&api, &owner, &format!("limit=1&cursor={}", first.text("/next_cursor"))).expect(200);
    assert!(second.at("/data/0/position").as_i64() < first.at("/data/0/position").as_i64());

    // Nothing of it is anybody else's business but the operators'.
    let others = audit(&api, &other, &format!("wait_for={position}")).expect(200);
    assert!(!others.body.contains(&owner.user) && !others.body.contains(&workspace), "{}", others.body);
    let operator = Operator::of(&api);
    let platform =
        operator.get(&format!("/v1/ops/audit?action=user.registered&wait_for={position}")).expect(200);
    assert_eq!(actions(&platform).len(), 2);
    let of_tenant = operator.get(&format!("/v1/ops/audit?tenant={}&target={workspace}", owner.tenant));
    assert_eq!(actions(&of_tenant.expect(200)), one);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_the_audit_proves_its_lines_and_is_told_of_itself() {
    let api = TestApi::start().await;
    let owner = api.person();
    let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&owner).send().expect(201);
    let position = made.header("airtide-position").unwrap();
    let exported = api.get(&format!("/v1/audit/export?wait_for={position}")).by(&owner).send().expect(200);
    assert_eq!(exported.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = exported.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.is_sorted_by_key(|line| line["position"].as_i64()) && lines.len() > 2, "{lines:?}");

    // The chain says the same to operators.
    let last = lines.last().unwrap();
    let told = Operator::of(&api).get(&format!("/v1/ops/log/events/{}", last["position"])).expect(200);
    assert!(told.body.contains(last["chain_hash"].as_str().unwrap()), "{}", told.body);

    // What comes next is the export itself.
    let rest = format!("/v1/audit/export?after={}&action=tenant.audit_exported", last["position"]);
    let mut next = String::new();
    wait::until("the export is told of", SOON, || {
        next = api.get(&rest).by(&owner).send().expect(200).body;
        !next.is_empty()
    });
    let next: Value = serde_json::from_str(next.lines().next().unwrap()).unwrap();
    assert_eq!((&next["actor"], &next["outcome"]), (&json!(owner.user), &json!("success")));
}

/// One who guesses leaves one line for ten failures, whoever the name belongs to.
#[tokio::test(flavor = "multi_thread")]
async fn failed_sign_ins_are_told_of_when_there_are_many_and_never_one_by_one() {
    let api = TestApi::start().await;
    let owner = api.person();
    for number in 0..25 {
        for identifier in [owner.email.as_str(), "nobody@example.org"] {
            let guess = json!({ "identifier": identifier, "password": format!("guess number {number}") });
            api.post("/auth/login", guess).send().expect(401);
        }
    }
    let mut told = String::new();
    wait::until("failures are told of", SOON, || {
        told = audit(&api, &owner, "action=user.sign_ins_failed").expect(200).body;
        told.contains(&owner.user)
    });
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["data"].as_array().unwrap().len(), 1, "{told}");
    let row = &told["data"][0];
    assert_eq!((&row["actor"], &row["outcome"]), (&json!("stranger"), &json!("failed")), "{row}");
    assert_eq!(row["network"], "127.0.0.0/24");

    let mut admin = database::superuser(&api.database_url).await;
    wait::until_true("each is counted", SOON, async || {
        let counted: i64 =
            sqlx::query_scalar("select coalesce(sum(failures), 0)::bigint from failed_sign_ins")
                .fetch_one(&mut admin)
                .await
                .unwrap();
        counted == 50
    })
    .await;
    let events: i64 =
        sqlx::query_scalar("select count(*) from events where event_type = 'user.sign_ins_failed'")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert_eq!(events, 1);
}

/// By their role, by a workspace that is not open to them, and by what is for operators.
#[tokio::test(flavor = "multi_thread")]
async fn what_callers_are_refused_is_told_of_when_there_is_much_and_never_one_by_one() {
    let team = Team::gather().await;
    let api = &team.api;
    let workspace = team.workspace("Orders");
    let viewer = team.member(Role::Viewer, &[]).await;
    for _ in 0..12 {
        api.post("/v1/workspaces", json!({ "name": "Mine" })).by(&viewer).send().expect(403);
        api.get(&format!("/v1/workspaces/{workspace}")).by(&viewer).send().expect(404);
        api.get("/v1/ops/audit").by(&viewer).send().expect(403);
        // What is not there is refused to nobody.
        api.get("/v1/workspaces/wsp_nothing").by(&team.owner).send().expect(404);
    }
    for _ in 0..9 {
        api.get("/v1/audit").by(&viewer).send().expect(403);
    }
    let mut told = Value::Null;
    wait::until("refusals are told of", SOON, || {
        told = audit(api, &team.owner, "action=membership.requests_refused").expect(200).at("/data").clone();
        told.as_array().is_some_and(|rows| rows.len() == 3)
    });
    for row in told.as_array().unwrap() {
        assert_eq!((&row["actor"], &row["target"]), (&json!(viewer.user), &json!(viewer.user)), "{row}");
        assert_eq!((&row["outcome"], &row["network"]), (&json!("failed"), &json!("127.0.0.0/24")), "{row}");
    }
    let operations: Vec<String> = sqlx::query_scalar(
        "select payload ->> 'operation' from events
         where tenant = $1 and event_type = 'membership.requests_refused' order by 1",
    )
    .bind(&team.owner.tenant)
    .fetch_all(&mut database::superuser(&api.database_url).await)
    .await
    .unwrap();
    assert_eq!(operations, ["GET /v1/ops/audit", "GET /v1/workspaces/{workspace}", "POST /v1/workspaces"]);
    team.log.close().await;
}
