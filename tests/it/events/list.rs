//! `GET /v1/events`: pages from either end hold everything that the caller may see, once, in order; the same by the
//! index and without it.

use std::time::Duration;

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};
use support::team::Team;
use support::{database, wait};

const CHANGES: usize = 7;
const PATIENCE: Duration = Duration::from_secs(30);

fn list(api: &TestApi, person: &Person, query: &str) -> Answer {
    api.get(&format!("/v1/events{query}")).by(person).send()
}

fn events(answer: &Answer) -> Vec<Value> {
    answer.at("/data").as_array().expect("a list").clone()
}

fn positions(events: &[Value]) -> Vec<i64> {
    let place =
        |event: &Value| event["position"].as_str().unwrap().split_once(':').unwrap().1.parse().unwrap();
    events.iter().map(place).collect()
}

/// Every page from a query on.
fn all(api: &TestApi, person: &Person, query: &str) -> Vec<Value> {
    let mut page = list(api, person, query).expect(200);
    let mut found = events(&page);
    while let Some(cursor) = page.at("/next_cursor").as_str().map(str::to_owned) {
        let limit = query.split(['?', '&']).find(|part| part.starts_with("limit=")).unwrap_or("limit=50");
        let filters =
            query.split(['?', '&']).filter(|part| part.starts_with("type=") || part.starts_with("id="));
        let filters: String = filters.map(|part| format!("&{part}")).collect();
        page = list(api, person, &format!("?{limit}&cursor={cursor}{filters}")).expect(200);
        found.extend(events(&page));
    }
    found
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

async fn team_with_history() -> (Team, String) {
    with_history(Team::gather().await).await
}

async fn with_history(team: Team) -> (Team, String) {
    let workspace = team.workspace("Orders");
    for change in 0..CHANGES {
        team.rename(&workspace, &format!("Orders {change}")).await;
    }
    team.change_contact("ana@example.org").await;
    (team, workspace)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_from_either_end_hold_everything_once_and_in_order() {
    let (team, _) = team_with_history().await;
    let (api, owner) = (&team.api, &team.owner);
    // Somebody else's events lie between.
    api.person();
    team.change_contact("ana@example.com").await;
    let whole = all(api, owner, "?limit=200");
    // A tenant, its owner, a default workspace, a workspace with its changes, and two contacts.
    assert_eq!(whole.len(), 3 + 1 + CHANGES + 2);
    assert!(positions(&whole).is_sorted());
    assert!(whole.iter().all(|event| event["tenant"] == json!(owner.tenant)));
    for limit in [1, 2, 5] {
        assert_eq!(all(api, owner, &format!("?limit={limit}")), whole);
        let mut backwards = all(api, owner, &format!("?before=now&limit={limit}"));
        backwards.reverse();
        assert_eq!(backwards, whole);
    }
    let middle = whole[5]["position"].as_str().unwrap();
    assert_eq!(all(api, owner, &format!("?after={middle}&limit=2")), whole[6..]);
    let older = all(api, owner, &format!("?before={middle}&limit=2"));
    assert_eq!(older, whole[..5].iter().rev().cloned().collect::<Vec<_>>());
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_alone_answers_as_the_index_does() {
    let (team, workspace) = with_history(Team::gather_with(&[]).await).await;
    let viewer = team.member(Role::Viewer, &[&workspace]).await;
    let receipt = team.change_contact("ana@example.com").await;
    let queries =
        ["?limit=3", "?before=now&limit=3", "?limit=2&type=workspace.renamed", "?limit=200&id=none"];
    let ask = || -> Vec<Vec<Value>> {
        let people = [&team.owner, &viewer];
        people.iter().flat_map(|person| queries.map(|query| all(&team.api, person, query))).collect()
    };
    let mut superuser = database::superuser(&team.api.database_url).await;
    wait::until_true("the index knows of everything", PATIENCE, async || {
        let reached: i64 =
            sqlx::query_scalar("select position from projection_checkpoints where name = 'event_index'")
                .fetch_one(&mut superuser)
                .await
                .unwrap();
        reached >= receipt.position
    })
    .await;
    let by_index = ask();
    // An index that had to set events aside is not relied on.
    sqlx::query("update projection_checkpoints set parked_keys = 1 where name = 'event_index'")
        .execute(&mut superuser)
        .await
        .unwrap();
    assert_eq!(ask(), by_index);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_what_happened_who_did_it_and_why() {
    let (team, workspace) = team_with_history().await;
    let answer = list(&team.api, &team.owner, &format!("?id={workspace}&limit=2")).expect(200);
    let event = &events(&answer)[1];
    assert_eq!(event["type"], "workspace.renamed");
    assert_eq!((&event["aggregate"], &event["stream_id"]), (&json!("workspace"), &json!(workspace)));
    assert_eq!((&event["version"], &event["workspace"]), (&json!(2), &json!(workspace)));
    assert_eq!(event["actor"], json!(team.owner.user));
    assert_eq!(event["data"], json!({ "name": "Orders 0" }));
    assert_eq!(event["causation_id"], Value::Null);
    let fields = ["id", "tenant", "recorded_at", "correlation_id", "command_id"];
    assert!(fields.iter().all(|name| event[name].is_string()), "{event}");
    let position = answer.header("airtide-position").unwrap();
    assert_eq!(
        position.split_once(':').unwrap().0,
        event["position"].as_str().unwrap().split_once(':').unwrap().0
    );
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_out_what_does_not_fit() {
    let (team, workspace) = team_with_history().await;
    let (api, owner) = (&team.api, &team.owner);
    let found = |query: &str| events(&list(api, owner, query).expect(200));
    assert_eq!(found("?type=workspace.renamed").len(), CHANGES);
    assert_eq!(found("?type=workspace.renamed,tenant.created").len(), CHANGES + 1);
    assert_eq!(found(&format!("?workspace={workspace}")).len(), CHANGES + 1);
    assert_eq!(types(&found("?aggregate=tenant")), ["tenant.created", "tenant.contact_changed"]);
    assert_eq!(types(&found(&format!("?id={}", owner.user))), ["membership.added"]);
    let registered = found("?type=tenant.created");
    let chain = found(&format!("?correlation_id={}", registered[0]["correlation_id"].as_str().unwrap()));
    assert_eq!(types(&chain), ["tenant.created", "membership.added", "workspace.created"]);
    assert_eq!(found("?correlation_id=00000000-0000-0000-0000-000000000000"), [] as [Value; 0]);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_is_refused_with_a_pointer() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let here = list(&api, &ana, "?limit=1").expect(200).text("/data/0/position");
    let (history, _) = here.split_once(':').unwrap();
    let beyond = format!("{history}:999999999");
    let refused = |query: String| {
        let answer = list(&api, &ana, &query).expect(400);
        format!("{} {}", answer.text("/errors/0/pointer"), answer.text("/errors/0/code"))
    };
    assert_eq!(refused("?limit=201".into()), "/limit invalid");
    assert_eq!(refused("?type=workspace.painted".into()), "/type invalid");
    assert_eq!(refused("?aggregate=painting".into()), "/aggregate invalid");
    assert_eq!(refused("?after=7".into()), "/after invalid");
    assert_eq!(refused("?before=then".into()), "/before invalid");
    assert_eq!(refused("?cursor=x".into()), "/cursor invalid");
    assert_eq!(refused("?colour=red".into()), "/colour unknown_field");
    assert_eq!(refused(format!("?after={beyond}")), "/after position_ahead");
    assert_eq!(refused(format!("?after={here}&before=now")), " one_of");
    let other = "?after=00000000-0000-0000-0000-000000000000:1";
    assert_eq!(list(&api, &ana, other).expect(409).text("/code"), "other_incarnation");
    api.get("/v1/events").send().expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_their_role_and_their_workspaces_let_them() {
    let (team, workspace) = team_with_history().await;
    let closed = team.workspace("Closed");
    let viewer = team.member(Role::Viewer, &[&workspace]).await;
    let auditor = team.member(Role::Auditor, &[]).await;
    let seen = |person: &Person| events(&list(&team.api, person, "?limit=200").expect(200));
    let (all, some) = (seen(&auditor), seen(&viewer));
    assert_eq!(all, seen(&team.owner));
    assert!(types(&all).contains(&"tenant.contact_changed"));
    assert!(!types(&some).contains(&"tenant.contact_changed"));
    let of =
        |events: &[Value], id: &str| events.iter().filter(|event| event["workspace"] == json!(id)).count();
    assert_eq!((of(&all, &closed), of(&some, &closed)), (1, 0));
    assert_eq!(of(&some, &workspace), CHANGES + 1);
    // Nothing says whether the workspace is closed or not there.
    list(&team.api, &viewer, &format!("?workspace={closed}")).expect(404);
    list(&team.api, &viewer, "?workspace=wsp_none").expect(404);
    let stranger = team.api.person();
    assert_eq!(events(&list(&team.api, &stranger, &format!("?workspace={workspace}")).expect(200)).len(), 0);
    assert_eq!(seen(&stranger).len(), 3);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_is_shown_in_plain_and_as_null_once_it_is_erased() {
    let (team, _) = team_with_history().await;
    let contact = |url: &str| {
        let path = "/v1/events?type=tenant.contact_changed";
        support::api::call(url, "GET", path).by(&team.owner).send().expect(200).at("/data/0/data/contact")
    };
    assert_eq!(contact(&team.api.url), json!("ana@example.org"));
    let mut superuser = database::superuser(&team.api.database_url).await;
    sqlx::query("update subject_keys set wrapped = null, erased_at = now() where subject = $1")
        .bind(&team.owner.user)
        .execute(&mut superuser)
        .await
        .unwrap();
    // A node that never held the key learns at once what the others learn within a minute.
    let another = team.api.another("api");
    assert_eq!(contact(&another.url), Value::Null);
    team.log.close().await;
}
