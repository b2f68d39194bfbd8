//! `/v1/tenant`: shown to its members, renamed by owner and admin, handed over by an owner.

use api::http::Access;
use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, PASSWORD, Person, TestApi};
use support::authenticator::{Authenticator, enrol};
use support::team::Team;
use support::wait;
use support::workers::SOON;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_wants_a_second_factor_is_open_to_nobody_who_showed_none() {
    let team = Team::gather().await;
    let (api, admin) = (&team.api, team.member(Role::Admin, &[]).await);
    let require = |token: &str, required: bool| {
        let call = api.call("PATCH", "/v1/tenant").bearer(token).header("if-match", "*");
        call.json(json!({ "require_second_factor": required })).send()
    };
    let key = |body: Value| api.post("/v1/api-keys", body).by(&admin).send().expect(201).text("/key");
    let of_admin = key(json!({ "name": "Mine", "scopes": ["workspaces:read"] }));
    let program = api.post("/v1/service-accounts", json!({ "name": "Import", "role": "viewer" }));
    let program = program.by(&admin).send().expect(201).text("/id");
    let of_program =
        key(json!({ "name": "Its own", "scopes": ["workspaces:read"], "service_account": program }));

    // Who wants it has to have one.
    assert_eq!(require(&admin.token, true).expect(403).text("/code"), "forbidden");
    assert_eq!(require(&team.owner.token, true).expect(403).text("/code"), "second_factor_required");
    let (totp, _) = enrol(api, &team.owner).await;
    let owner = sign_in_with(api, &team.owner, &totp);
    assert_eq!(require(&owner, true).expect(200).at("/require_second_factor"), true);

    let workspaces = |token: &str| api.get("/v1/workspaces").bearer(token).send();
    let comes_to = |token: &str, status| {
        assert!(wait::is_true_within(SOON, || workspaces(token).status == status), "{status}");
    };
    comes_to(&of_admin, 403);
    assert_eq!(workspaces(&of_admin).text("/code"), "second_factor_required");
    for route in api::routes().table() {
        let is_of_tenant = matches!(route.access, Access::SignedIn | Access::Session | Access::Needs(_));
        if is_of_tenant && !route.path.starts_with("/auth/") {
            let path = route.path.replace("{member}", &admin.user);
            let answer = api.call(route.method, &path).by(&admin).header("if-match", "*").send().expect(403);
            let is_so = match route.path.starts_with("/v0/") {
                true => answer.text("/error/type") == "INVALID_PERMISSIONS",
                false => matches!(answer.text("/code").as_str(), "second_factor_required" | "forbidden"),
            };
            assert!(is_so, "{path}");
        }
    }
    api.get("/auth/profile").by(&admin).send().expect(200);
    workspaces(&of_program).expect(200);
    workspaces(&owner).expect(200);

    // A factor opens it to a key; a session has to have shown a code.
    let (totp, _) = enrol(api, &admin).await;
    comes_to(&of_admin, 200);
    workspaces(&admin.token).expect(403);
    workspaces(&sign_in_with(api, &admin, &totp)).expect(200);
    team.log.close().await;
}

fn sign_in_with(api: &TestApi, person: &Person, totp: &Authenticator) -> String {
    let body = json!({
        "email": person.email, "password": PASSWORD, "code": totp.code(0), "tenant": person.tenant
    });
    api.post("/auth/login", body).send().expect(200).text("/access_token")
}
