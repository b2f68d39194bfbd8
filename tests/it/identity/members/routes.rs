//! `/v1/members`: listed, changed and removed by who may, and nobody reaches above themselves.

use std::time::{Duration, Instant};

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};
use support::team::Team;
use support::wait;

/// Longest time in which a member that was removed may still get in.
const OUT_WITHIN: Duration = Duration::from_secs(5);

fn path(person: &Person) -> String {
    format!("/v1/members/{}", person.user)
}

fn change(api: &TestApi, by: &Person, whom: &Person, body: Value) -> Answer {
    api.call("PATCH", &path(whom)).by(by).header("if-match", "*").json(body).send()
}

fn remove(api: &TestApi, by: &Person, whom: &Person) -> Answer {
    api.call("DELETE", &path(whom)).by(by).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_each_other_page_by_page_and_no_names() {
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    let viewer = team.member(Role::Viewer, &[&workspace]).await;
    let editor = team.member(Role::Editor, &[]).await;
    let changed = team.open_to(&editor, &[&workspace]).await;
    let wait_for = support::team::token(&changed);
    let mut path = format!("/v1/members?limit=2&wait_for={wait_for}");
    let mut seen = Vec::new();
    loop {
        let page = team.api.get(&path).by(&viewer).send().expect(200);
        assert!(!page.body.contains('@') && !page.body.contains(&viewer.username), "{}", page.body);
        seen.extend(page.at("/data").as_array().expect("a list").clone());
        match page.at("/next_cursor") {
            Value::String(cursor) => path = format!("/v1/members?limit=2&cursor={cursor}"),
            _ => break,
        }
    }
    let mut expected = vec![
        (team.owner.user.clone(), "owner"),
        (viewer.user.clone(), "viewer"),
        (editor.user.clone(), "editor"),
    ];
    expected.sort();
    let listed: Vec<(String, &str)> = seen
        .iter()
        .map(|row| (row["user"].as_str().unwrap().to_owned(), row["role"].as_str().unwrap()))
        .collect();
    assert_eq!(listed, expected);
    assert!(seen.iter().all(|row| row["since"].is_string()));
    let shown = team.api.get(&self::path(&editor)).by(&viewer).send().expect(200);
    assert_eq!(shown.at("/workspaces"), json!([workspace]));
    assert_eq!(shown.header("etag"), Some("\"2\""));
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_changed_at_the_version_that_was_seen() {
    let team = Team::gather().await;
    let (api, workspace) = (&team.api, team.workspace("Orders"));
    let bob = team.member(Role::Viewer, &[]).await;
    let patch = |etag: &str, body: Value| {
        api.call("PATCH", &path(&bob)).by(&team.owner).header("if-match", etag).json(body).send()
    };
    let body = json!({ "role": "editor", "workspaces": [workspace] });
    let changed = patch("\"1\"", body).expect(200);
    assert_eq!(changed.text("/role"), "editor");
    assert_eq!(changed.at("/workspaces"), json!([workspace]));
    assert_eq!(changed.header("etag"), Some("\"3\""));
    assert_eq!(patch("\"1\"", json!({ "role": "admin" })).expect(412).text("/code"), "changed_meanwhile");
    let without = api.call("PATCH", &path(&bob)).by(&team.owner).json(json!({ "role": "admin" })).send();
    without.expect(428);
    let unknown = patch("*", json!({ "workspaces": ["wsp_nowhere"] })).expect(422);
    assert_eq!(unknown.text("/errors/0/code"), "unknown_workspace");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_above_themselves() {
    let team = Team::gather().await;
    let api = &team.api;
    let admin = team.member(Role::Admin, &[]).await;
    let other = team.member(Role::Admin, &[]).await;
    let editor = team.member(Role::Editor, &[]).await;
    let code = |answer: Answer| answer.expect(403).text("/code");
    assert_eq!(code(change(api, &admin, &team.owner, json!({ "role": "viewer" }))), "role_above_yours");
    assert_eq!(code(change(api, &admin, &team.owner, json!({ "workspaces": [] }))), "role_above_yours");
    assert_eq!(code(change(api, &admin, &admin, json!({ "role": "owner" }))), "role_above_yours");
    assert_eq!(code(change(api, &admin, &editor, json!({ "role": "owner" }))), "role_above_yours");
    assert_eq!(code(remove(api, &admin, &team.owner)), "role_above_yours");
    assert_eq!(code(change(api, &editor, &editor, json!({ "role": "admin" }))), "forbidden");
    assert_eq!(code(remove(api, &editor, &other)), "forbidden");
    change(api, &admin, &other, json!({ "role": "editor" })).expect(200);
    remove(api, &admin, &editor).expect(204);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_and_stays_one() {
    let team = Team::gather().await;
    let (api, owner) = (&team.api, &team.owner);
    assert_eq!(remove(api, owner, owner).expect(409).text("/code"), "last_owner");
    assert_eq!(change(api, owner, owner, json!({ "role": "admin" })).expect(409).text("/code"), "last_owner");
    let second = team.member(Role::Admin, &[]).await;
    change(api, owner, &second, json!({ "role": "owner" })).expect(200);
    remove(api, owner, owner).expect(204);
    assert_eq!(remove(api, &second, &second).expect(409).text("/code"), "last_owner");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_leave_and_a_removal_may_be_repeated() {
    let team = Team::gather().await;
    let api = &team.api;
    let (viewer, editor) = (team.member(Role::Viewer, &[]).await, team.member(Role::Editor, &[]).await);
    remove(api, &viewer, &viewer).expect(204);
    let again = || api.call("DELETE", &path(&editor)).by(&team.owner).key("one").send().expect(204);
    again();
    assert_eq!(again().header("idempotency-replayed"), Some("true"));
    api.get(&path(&editor)).by(&team.owner).send().expect(404);
    team.log.close().await;
}

/// 7.4.5: ending somebody's work in a tenant is removing them; no token of theirs gets in afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_removed_is_out_within_seconds_on_every_session() {
    let team = Team::gather().await;
    let (api, workspace) = (&team.api, team.workspace("Orders"));
    let bob = team.member(Role::Editor, &[&workspace]).await;
    let body = json!({ "email": bob.email, "password": support::api::PASSWORD, "tenant": bob.tenant });
    let second = api.post("/auth/login", body).send().expect(200).text("/access_token");
    let tokens = [bob.token.clone(), second];
    for token in &tokens {
        api.get("/v1/workspaces").bearer(token).send().expect(200);
    }
    let since = Instant::now();
    remove(api, &team.owner, &bob).expect(204);
    let is_out = || tokens.iter().all(|token| api.get("/v1/workspaces").bearer(token).status() == 401);
    assert!(wait::is_true_within(OUT_WITHIN, is_out), "still in after {:?}", since.elapsed());
    // Neither does the person get back in by themselves.
    let own = api.sign_in(&bob.email).text("/access_token");
    api.post("/auth/tenant", json!({ "tenant": bob.tenant })).bearer(&own).send().expect(403);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_member_is_not_there() {
    let team = Team::gather().await;
    let (api, stranger) = (&team.api, team.api.person());
    let bob = team.member(Role::Editor, &[]).await;
    for whom in [&bob, &team.owner] {
        api.get(&path(whom)).by(&stranger).send().expect(404);
        change(api, &stranger, whom, json!({ "role": "viewer" })).expect(404);
        remove(api, &stranger, whom).expect(404);
    }
    let listed = api.get("/v1/members").by(&stranger).send().expect(200);
    assert!(!listed.body.contains(&bob.user), "{}", listed.body);
    assert_eq!(api.get(&path(&bob)).by(&team.owner).send().expect(200).text("/role"), "editor");
    team.log.close().await;
}

/// 8.2.3: what a body says beyond what may be changed is refused, not dropped.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_more_is_refused() {
    let team = Team::gather().await;
    let bob = team.member(Role::Editor, &[]).await;
    for field in ["user", "tenant", "version", "since", "owner"] {
        let mut body = json!({ "role": "viewer" });
        body[field] = "x".into();
        let refused = change(&team.api, &team.owner, &bob, body).expect(422);
        assert_eq!(refused.text("/errors/0/code"), "unknown_field", "{field}");
    }
    assert_eq!(team.api.get(&path(&bob)).by(&team.owner).send().expect(200).text("/role"), "editor");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_signs_a_member_out_of_the_tenant() {
    let team = Team::gather().await;
    let (admin, editor) = (team.member(Role::Admin, &[]).await, team.member(Role::Editor, &[]).await);
    let elsewhere = team.api.sign_in(&editor.email).text("/access_token");
    let home = team.api.post("/auth/tenant", json!({ "tenant": own_tenant(&team.api, &elsewhere) }));
    let home = home.bearer(&elsewhere).send().expect(200).text("/access_token");
    let end = |by: &Person, whom: &Person| {
        team.api.call("DELETE", &format!("{}/sessions", path(whom))).by(by).send()
    };
    end(&editor, &admin).expect(403);
    assert_eq!(end(&admin, &team.owner).expect(403).text("/code"), "role_above_yours");
    end(&admin, &editor).expect(204);
    team.api.get("/v1/workspaces").by(&editor).send().expect(401);
    // They are a member as before, and what they do elsewhere goes on.
    team.api.get("/v1/workspaces").bearer(&home).send().expect(200);
    team.api.get(&path(&editor)).by(&admin).send().expect(200);
    end(&admin, &editor).expect(204);
    team.log.close().await;
}

/// The tenant that somebody has registered with.
fn own_tenant(api: &TestApi, token: &str) -> String {
    api.get("/auth/profile").bearer(token).send().expect(200).text("/tenants/0")
}
