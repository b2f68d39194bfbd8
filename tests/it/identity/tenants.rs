//! `/v1/tenant`: shown to its members, renamed by owner and admin, handed over by an owner.

use domain::identity::Role;
use serde_json::json;
use support::api::{Answer, Person};
use support::team::Team;

fn transfer(team: &Team, by: &Person, to: &str) -> Answer {
    team.api.post("/v1/tenant/transfer", json!({ "to": to })).by(by).send()
}

fn role(team: &Team, of: &Person) -> String {
    let path = format!("/v1/members/{}", of.user);
    team.api.get(&path).by(of).send().expect(200).text("/role")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_shown_to_all_and_renamed_by_few() {
    let team = Team::gather().await;
    let (admin, viewer) = (team.member(Role::Admin, &[]).await, team.member(Role::Viewer, &[]).await);
    let shown = team.api.get("/v1/tenant").by(&viewer).send().expect(200);
    assert_eq!(shown.text("/id"), team.owner.tenant);
    assert_eq!(shown.at("/owners"), json!([team.owner.user]));
    let rename = |by: &Person, etag: &str, name: &str| {
        let call = team.api.call("PATCH", "/v1/tenant").by(by).header("if-match", etag);
        call.json(json!({ "name": name })).send()
    };
    let etag = shown.header("etag").expect("an ETag");
    rename(&viewer, etag, "Mine").expect(403);
    assert_eq!(rename(&admin, etag, "Acme").expect(200).text("/name"), "Acme");
    assert_eq!(rename(&admin, etag, "Late").expect(412).text("/code"), "changed_meanwhile");
    assert_eq!(rename(&admin, "*", "").expect(422).text("/errors/0/pointer"), "/name");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_hands_over_and_is_an_admin_afterwards() {
    let team = Team::gather().await;
    let (admin, bob) = (team.member(Role::Admin, &[]).await, team.member(Role::Viewer, &[]).await);
    let to_himself = transfer(&team, &team.owner, &team.owner.user).expect(422);
    assert_eq!(to_himself.text("/errors/0/code"), "to_yourself");
    assert_eq!(transfer(&team, &admin, &bob.user).expect(403).text("/code"), "no_owner");
    let stranger = team.api.person();
    assert_eq!(transfer(&team, &team.owner, &stranger.user).expect(404).text("/code"), "unknown_member");
    transfer(&team, &team.owner, &bob.user).expect(204);
    assert_eq!((role(&team, &team.owner), role(&team, &bob)), ("admin".into(), "owner".into()));
    let shown = team.api.get("/v1/tenant").by(&bob).send().expect(200);
    assert_eq!(shown.at("/owners"), json!([bob.user]));
    team.log.close().await;
}
