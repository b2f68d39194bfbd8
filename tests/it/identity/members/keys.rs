//! What a key may not do with its owner's membership, and that accounts of services are no people.

use std::time::Duration;

use domain::identity::Role;
use serde_json::json;
use support::team::Team;
use support::wait;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_takes_nobody_out_and_hands_nothing_over() {
    let team = Team::gather().await;
    let bob = team.member(Role::Admin, &[]).await;
    let scopes = json!(["tenant:read", "tenant:write", "members:read", "members:write"]);
    let body = json!({ "name": "All of it", "scopes": scopes });
    let key = team.api.post("/v1/api-keys", body).by(&team.owner).send().expect(201).text("/key");
    let own = format!("/v1/members/{}", team.owner.user);
    let refused = team.api.call("DELETE", &own).bearer(&key).send().expect(403);
    assert_eq!(refused.text("/code"), "session_required");
    let over = team.api.post("/v1/tenant/transfer", json!({ "to": bob.user })).bearer(&key).send();
    assert_eq!(over.expect(403).text("/code"), "session_required");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_a_service_is_no_member_among_people() {
    let team = Team::gather().await;
    let body = json!({ "name": "Importer", "role": "admin" });
    let account = team.api.post("/v1/service-accounts", body).by(&team.owner).send().expect(201);
    let (id, position) = (account.text("/id"), account.header("airtide-position").expect("a position"));
    let listed = team.api.get(&format!("/v1/members?wait_for={position}")).by(&team.owner).send().expect(200);
    assert!(!listed.body.contains(&id) && listed.body.contains(&team.owner.user), "{}", listed.body);
    let path = format!("/v1/members/{id}");
    team.api.get(&path).by(&team.owner).send().expect(404);
    let make_owner = team.api.call("PATCH", &path).json(json!({ "role": "owner" }));
    make_owner.header("if-match", "*").by(&team.owner).send().expect(404);
    team.api.call("DELETE", &path).by(&team.owner).send().expect(404);
    let over = team.api.post("/v1/tenant/transfer", json!({ "to": id })).by(&team.owner).send();
    over.expect(404);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_and_comes_back_has_no_old_key() {
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    let bob = team.member(Role::Editor, &[&workspace]).await;
    let body = json!({ "name": "Mine", "scopes": ["workspaces:read"] });
    let key = team.api.post("/v1/api-keys", body).by(&bob).send().expect(201).text("/key");
    let read = || team.api.get("/v1/workspaces").bearer(&key).send().status;
    assert_eq!(read(), 200);
    let path = format!("/v1/members/{}", bob.user);
    team.api.call("DELETE", &path).by(&team.owner).send().expect(204);
    assert!(wait::is_true_within(Duration::from_secs(5), || read() == 401));
    let add = api::identity::members::add(
        &team.tenant,
        &domain::identity::UserId::new(bob.user.as_str()).expect("an id"),
        Role::Editor,
        Default::default(),
    );
    team.carry_out(add.expect("ids")).await;
    let is_member = || team.api.get(&path).by(&team.owner).send().status == 200;
    assert!(wait::is_true_within(Duration::from_secs(5), is_member));
    assert_eq!(read(), 401);
    team.log.close().await;
}
