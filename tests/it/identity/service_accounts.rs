//! Service accounts: members that are no people, for whom programs act with keys.

use std::time::Duration;

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::Person;
use support::team::Team;
use support::wait;

const COUNTS_WITHIN: Duration = Duration::from_secs(5);

fn make(team: &Team, person: &Person, role: &str) -> support::api::Answer {
    let body = json!({ "name": "Importer", "role": role });
    team.api.post("/v1/service-accounts", body).by(person).send()
}

fn key_of(team: &Team, account: &str, scopes: &[&str]) -> String {
    let body = json!({ "name": "Import", "scopes": scopes, "service_account": account });
    team.api.post("/v1/api-keys", body).by(&team.owner).send().expect(201).text("/key")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_acts_with_its_key_until_it_is_removed() {
    let team = Team::gather().await;
    let api = &team.api;
    let account = make(&team, &team.owner, "admin").expect(201);
    let id = account.text("/id");
    let key = key_of(&team, &id, &["workspaces:read", "workspaces:write", "events:read"]);
    let create = || api.post("/v1/workspaces", json!({ "name": "New" })).bearer(&key);
    create().send().expect(201);
    let events = api.get("/v1/events?before=now&type=workspace.created").by(&team.owner).send().expect(200);
    assert_eq!(events.text("/data/0/actor"), id);
    let verified = api.get("/auth/verify").bearer(&key).send().expect(200);
    assert_eq!((verified.text("/actor"), verified.text("/role")), (id.clone(), "admin".into()));

    let path = format!("/v1/service-accounts/{id}");
    let lesser = api.call("PATCH", &path).json(json!({ "role": "viewer", "name": "Reader" })).by(&team.owner);
    assert_eq!(lesser.send().expect(200).text("/name"), "Reader");
    wait::until_true("the role counts", COUNTS_WITHIN, async || create().status() == 403).await;

    api.call("DELETE", &path).by(&team.owner).send().expect(204);
    api.get("/v1/workspaces").bearer(&key).send().expect(401);
    api.get(&path).by(&team.owner).send().expect(404);
    let events = api.get("/v1/events?type=api_key.revoked").by(&team.owner).send().expect(200);
    assert_eq!(events.text("/data/0/data/because"), "owner_removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_listed_and_people_are_not() {
    let team = Team::gather().await;
    let first = make(&team, &team.owner, "viewer").expect(201);
    let second = make(&team, &team.owner, "editor").expect(201);
    let position = second.header("airtide-position").expect("a position").to_owned();
    let list = |query: String| team.api.get(&format!("/v1/service-accounts?{query}")).by(&team.owner).send();
    let all = list(format!("wait_for={position}")).expect(200).at("/data");
    let ids = |data: &Value| {
        let each = data.as_array().expect("a list").iter().map(|each| each["id"].clone());
        each.collect::<Vec<_>>()
    };
    assert_eq!(ids(&all), [first.at("/id"), second.at("/id")]);
    let page = list("limit=1".into()).expect(200);
    assert_eq!(ids(&page.at("/data")), [first.at("/id")]);
    let next = list(format!("limit=1&cursor={}", page.text("/next_cursor"))).expect(200);
    assert_eq!(ids(&next.at("/data")), [second.at("/id")]);
    assert_eq!(next.at("/next_cursor"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_role_above_their_own_and_no_account_owns_a_tenant() {
    let team = Team::gather().await;
    let (api, stranger) = (&team.api, team.api.person());
    make(&team, &team.owner, "owner").expect(422);
    let (admin, editor) = (team.member(Role::Admin, &[]).await, team.member(Role::Editor, &[]).await);
    let id = make(&team, &admin, "admin").expect(201).text("/id");
    make(&team, &editor, "viewer").expect(403);
    let path = format!("/v1/service-accounts/{id}");
    api.get(&path).by(&editor).send().expect(200);
    api.call("DELETE", &path).by(&editor).send().expect(403);
    api.get(&path).by(&stranger).send().expect(404);
    api.call("DELETE", &path).by(&stranger).send().expect(404);
    // A person is no service account, whatever the path says.
    let of_person = format!("/v1/service-accounts/{}", admin.user);
    api.call("DELETE", &of_person).by(&team.owner).send().expect(404);
    // Nor does somebody who does not look after members make keys for one.
    let body = json!({ "name": "x", "scopes": ["workspaces:read"], "service_account": id });
    api.post("/v1/api-keys", body.clone()).by(&editor).send().expect(403);
    let foreign = api.post("/v1/api-keys", body).by(&stranger).send().expect(422);
    assert_eq!(foreign.text("/errors/0/code"), "unknown_service_account");
}
