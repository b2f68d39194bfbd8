//! API keys: shown once, good for what their owner may and they say, and for nothing once they are revoked.

use std::time::{Duration, Instant};

use domain::identity::Role;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use support::api::{Answer, Call, PASSWORD, Person, TestApi, call};
use support::sse::Sse;
use support::team::Team;
use support::{database, later, wait};

/// What is promised on every node.
const COUNTS_WITHIN: Duration = Duration::from_secs(5);

fn new_key(scopes: &[&str]) -> Value {
    json!({ "name": "Nightly import", "scopes": scopes })
}

fn make<'a>(api: &'a TestApi, person: &Person, body: Value) -> Call<'a> {
    api.post("/v1/api-keys", body).by(person)
}

/// A key by its id and its text.
fn made(api: &TestApi, person: &Person, body: Value) -> (String, String) {
    let answer = make(api, person, body).send().expect(201);
    (answer.text("/id"), answer.text("/key"))
}

fn list<'a>(api: &'a TestApi, key: &str) -> Call<'a> {
    api.get("/v1/workspaces").bearer(key)
}

fn code(answer: Answer, status: u16) -> String {
    answer.expect(status).text("/code")
}

/// The status that a key comes to on a node, once it is that one.
async fn comes_to(url: &str, key: &str, status: u16) {
    let begun = Instant::now();
    wait::until_true("the key counts no more", COUNTS_WITHIN, async || {
        call(url, "GET", "/v1/workspaces").bearer(key).status() == status
    })
    .await;
    assert!(begun.elapsed() < COUNTS_WITHIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let body = new_key(&["workspaces:read"]);
    let first = make(&api, &ana, body.clone()).key("k1").send().expect(201);
    let (id, key) = (first.text("/id"), first.text("/key"));
    assert!(key.starts_with("atk_live_") && key.len() == 81, "{}", key.len());
    assert_eq!(first.text("/last_four"), key[77..]);
    let again = make(&api, &ana, body).key("k1").send();
    assert_eq!(again.header("location"), Some(format!("/v1/api-keys/{id}").as_str()));
    assert!(!again.body.contains("atk_live_"));
    assert_eq!(code(again, 409), "already_done");

    list(&api, &key).send().expect(200);
    let shown = api.get(&format!("/v1/api-keys/{id}")).by(&ana).send().expect(200);
    let listed = api.get("/v1/api-keys").by(&ana).send().expect(200);
    assert_eq!(listed.at("/data").as_array().map(Vec::len), Some(1));
    assert!(!shown.body.contains(&key) && !listed.body.contains(&key));

    api.call("DELETE", &format!("/v1/api-keys/{id}")).by(&ana).send().expect(204);
    list(&api, &key).send().expect(401);
    let shown = api.get(&format!("/v1/api-keys/{id}")).by(&ana).send().expect(200);
    assert_eq!(shown.at("/revoked"), json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_with_a_wrong_checksum_or_a_wrong_secret_is_no_key() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (_, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    let (_, other) = made(&api, &ana, new_key(&["workspaces:read"]));
    let mistyped = format!("{}{}", &key[..80], if key.ends_with('0') { '1' } else { '0' });
    let mixed = format!("{}{}", &key[..32], &other[32..]);
    for wrong in [mistyped.as_str(), mixed.as_str(), &key[..80], "atk_live_"] {
        list(&api, wrong).send().expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_what_its_scopes_say_and_no_more() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (_, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    let create = || api.post("/v1/workspaces", json!({ "name": "Orders" }));
    assert_eq!(code(create().bearer(&key).send(), 403), "forbidden");
    let (id, key) = made(&api, &ana, new_key(&["workspaces:read", "workspaces:write", "events:read"]));
    let workspace = create().bearer(&key).send().expect(201);
    api.get(workspace.header("location").expect("a location")).bearer(&key).send().expect(200);
    // Who did it is Ana, with that key.
    let events = api.get("/v1/events?before=now&type=workspace.created").by(&ana).send().expect(200);
    assert_eq!(events.text("/data/0/actor"), ana.user);
    assert_eq!(events.text("/data/0/api_key"), id);
    let verified = api.get("/auth/verify").bearer(&key).send().expect(200);
    assert_eq!(verified.at("/permissions"), json!(["workspaces:read", "workspaces:write", "events:read"]));
    assert_eq!(verified.text("/api_key"), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_person_may_do_refuses_a_key() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let every = ["tenant:read", "workspaces:read", "keys:read", "keys:write", "members:write"];
    let (id, key) = made(&api, &ana, new_key(&every));
    let refused = [
        ("GET", "/auth/profile", None),
        ("PUT", "/auth/profile", Some(json!({}))),
        ("PUT", "/auth/password", Some(json!({ "current_password": PASSWORD, "new_password": "a" }))),
        ("GET", "/auth/sessions", None),
        ("DELETE", "/auth/sessions", None),
        ("POST", "/auth/logout", Some(json!({}))),
        ("POST", "/auth/tenant", Some(json!({ "tenant": ana.tenant }))),
        ("POST", "/auth/prove", Some(json!({ "password": PASSWORD }))),
        ("POST", "/v1/api-keys", Some(new_key(&["workspaces:read"]))),
    ];
    for (method, path, body) in refused {
        let call = api.call(method, path).bearer(&key);
        let call = if let Some(body) = body { call.json(body) } else { call };
        assert_eq!(code(call.send(), 403), "session_required", "{method} {path}");
    }
    let rotate = api.post(&format!("/v1/api-keys/{id}/rotate"), json!({})).bearer(&key).send();
    assert_eq!(code(rotate, 403), "session_required");
    // What a key may do to keys is what its scopes say.
    api.get("/v1/api-keys").bearer(&key).send().expect(200);
    let (_, without) = made(&api, &ana, new_key(&["workspaces:read"]));
    api.call("DELETE", &format!("/v1/api-keys/{id}")).bearer(&without).send().expect(403);
    api.call("DELETE", &format!("/v1/api-keys/{id}")).bearer(&key).send().expect(204);
    list(&api, &key).send().expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_loses_what_its_owner_loses() {
    let team = Team::gather().await;
    let api = &team.api;
    let (open, closed) = (team.workspace("Open"), team.workspace("Closed"));
    let ben = team.member(Role::Admin, &[]).await;
    let (_, key) = made(api, &ben, new_key(&["workspaces:read", "workspaces:write"]));
    let create = || api.post("/v1/workspaces", json!({ "name": "New" })).bearer(&key);
    create().send().expect(201);
    team.change_role(&ben, Role::Editor).await;
    team.open_to(&ben, &[&open]).await;
    wait::until_true("the role counts", COUNTS_WITHIN, async || create().status() == 403).await;
    assert_eq!(api.get(&format!("/v1/workspaces/{open}")).bearer(&key).status(), 200);
    assert_eq!(api.get(&format!("/v1/workspaces/{closed}")).bearer(&key).status(), 404);
    team.remove(&ben).await;
    comes_to(&api.url, &key, 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_key_what_they_do_not_have() {
    let team = Team::gather().await;
    let api = &team.api;
    let (open, closed) = (team.workspace("Open"), team.workspace("Closed"));
    let ben = team.member(Role::Editor, &[&open]).await;
    let wrong = |body: Value| {
        let answer = make(api, &ben, body).send().expect(422);
        answer.text("/errors/0/code")
    };
    assert_eq!(wrong(new_key(&["workspaces:write"])), "scope_not_held");
    assert_eq!(wrong(new_key(&["fridges:open"])), "unknown_scope");
    assert_eq!(wrong(new_key(&[])), "no_scopes");
    let with = |field: &str, value: Value| {
        let mut body = new_key(&["workspaces:read"]);
        body[field] = value;
        body
    };
    assert_eq!(wrong(with("workspaces", json!([closed]))), "unknown_workspace");
    assert_eq!(wrong(with("networks", json!(["192.0.2.0/33"]))), "bad_network");
    assert_eq!(wrong(with("expires_at", json!("2020-01-01T00:00:00Z"))), "bad_expiry");
    assert_eq!(wrong(with("expires_at", json!("2999-01-01T00:00:00Z"))), "bad_expiry");
    // Nor is a key made for somebody else by saying so.
    for field in ["owner", "user", "tenant", "actor"] {
        assert_eq!(wrong(with(field, json!(team.owner.user))), "unknown_field", "{field}");
    }
    let viewer = team.member(Role::Viewer, &[&open]).await;
    assert_eq!(make(api, &viewer, new_key(&["workspaces:read"])).status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_to_its_workspaces() {
    let team = Team::gather().await;
    let api = &team.api;
    let (one, other) = (team.workspace("One"), team.workspace("Other"));
    let mut body = new_key(&["workspaces:read", "events:read"]);
    body["workspaces"] = json!([one]);
    let (_, key) = made(api, &team.owner, body);
    assert_eq!(api.get(&format!("/v1/workspaces/{one}")).bearer(&key).status(), 200);
    assert_eq!(api.get(&format!("/v1/workspaces/{other}")).bearer(&key).status(), 404);
    let events = api.get("/v1/events?type=workspace.created").bearer(&key).send().expect(200);
    assert!(events.body.contains(&one) && !events.body.contains(&other), "{}", events.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_expires() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (_, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    list(&api, &key).send().expect(200);
    later::by(&api.database_url, "89 days").await;
    assert_eq!(list(&api, &key).status(), 200);
    later::by(&api.database_url, "1 day 1 minute").await;
    comes_to(&api.url, &key, 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_open_from_its_networks_whatever_headers_say() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let mut body = new_key(&["workspaces:read"]);
    body["networks"] = json!(["192.0.2.0/24"]);
    let (_, elsewhere) = made(&api, &ana, body.clone());
    assert_eq!(code(list(&api, &elsewhere).send(), 403), "network_not_allowed");
    for header in ["x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip"] {
        list(&api, &elsewhere).header(header, "192.0.2.7").send().expect(403);
    }
    body["networks"] = json!(["192.0.2.0/24", "127.0.0.1"]);
    let (_, here) = made(&api, &ana, body);
    list(&api, &here).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_on_every_node_with_its_streams() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let second = api.another("api");
    let (id, key) = made(&api, &ana, new_key(&["workspaces:read", "events:read"]));
    assert_eq!(call(&second.url, "GET", "/v1/workspaces").bearer(&key).status(), 200);
    let (mut stream, _) = Sse::follow(&second.url, &key, "");
    let begun = Instant::now();
    api.call("DELETE", &format!("/v1/api-keys/{id}")).by(&ana).send().expect(204);
    assert_eq!(list(&api, &key).status(), 401);
    comes_to(&second.url, &key, 401).await;
    let end = loop {
        let frame = stream.next_frame().expect("it says why it ends");
        if frame.event == "end" {
            break frame;
        }
    };
    assert!(begun.elapsed() < COUNTS_WITHIN, "{:?}", begun.elapsed());
    assert!(end.data.to_string().contains("key_ended"), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_has_a_new_text_and_the_old_one_for_as_long_as_was_asked() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (id, first) = made(&api, &ana, new_key(&["workspaces:read"]));
    let rotate = |body: Value| api.post(&format!("/v1/api-keys/{id}/rotate"), body).by(&ana);
    let second = rotate(json!({ "grace_seconds": 3600 })).send().expect(200).text("/key");
    assert_ne!(first, second);
    for key in [&first, &second] {
        list(&api, key).send().expect(200);
    }
    let third = rotate(json!({})).key("r2").send().expect(200).text("/key");
    let again = rotate(json!({})).key("r2").send();
    assert!(!again.body.contains("atk_live_"));
    assert_eq!(code(again, 409), "already_done");
    for key in [&first, &second] {
        list(&api, key).send().expect(401);
    }
    list(&api, &third).send().expect(200);
    assert_eq!(rotate(json!({ "grace_seconds": 999_999 })).status(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_somebody_else_is_nowhere_or_not_to_be_acted_with() {
    let team = Team::gather().await;
    let (api, stranger) = (&team.api, team.api.person());
    let ben = team.member(Role::Editor, &[]).await;
    let (of_owner, _) = made(api, &team.owner, new_key(&["workspaces:read"]));
    let (of_ben, key) = made(api, &ben, new_key(&["workspaces:read"]));
    for person in [&stranger, &ben] {
        let path = format!("/v1/api-keys/{of_owner}");
        api.get(&path).by(person).send().expect(404);
        api.call("DELETE", &path).by(person).send().expect(404);
        api.post(&format!("{path}/rotate"), json!({})).by(person).send().expect(404);
    }
    let path = format!("/v1/api-keys/{of_ben}");
    api.get(&path).by(&team.owner).send().expect(200);
    api.post(&format!("{path}/rotate"), json!({})).by(&team.owner).send().expect(403);
    api.call("DELETE", &path).by(&team.owner).send().expect(204);
    list(api, &key).send().expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_a_key_has_just_shown_who_they_are() {
    let api = TestApi::start().await;
    let ana = api.person();
    later::by(&api.database_url, "11 minutes").await;
    let scopes = ["workspaces:read"];
    assert_eq!(code(make(&api, &ana, new_key(&scopes)).send(), 403), "reauth_required");
    let prove = |password: &str| api.post("/auth/prove", json!({ "password": password })).by(&ana);
    assert_eq!(code(prove("somebody else's").send(), 403), "wrong_password");
    make(&api, &ana, new_key(&scopes)).send().expect(403);
    prove(PASSWORD).send().expect(204);
    make(&api, &ana, new_key(&scopes)).send().expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_known_and_the_secret_is_nowhere() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (id, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    let path = format!("/v1/api-keys/{id}");
    assert_eq!(api.get(&path).by(&ana).send().expect(200).at("/used_at"), Value::Null);
    list(&api, &key).send().expect(200);
    wait::until_true("its use is noted", COUNTS_WITHIN, async || {
        api.get(&path).by(&ana).send().expect(200).at("/used_at") != Value::Null
    })
    .await;
    let secret = &key[32..75];
    let mut admin = database::superuser(&api.database_url).await;
    for table in ["api_keys", "events", "command_log", "reservations"] {
        let sql = format!("select count(*) from {table} as row where row::text like '%{secret}%'");
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut admin).await.expect(table);
        assert_eq!(found, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_a_limit_of_its_own() {
    let api = TestApi::start_with(&[("AIRTIDE__LIMITS__KEY_PER_MINUTE", "3")]).await;
    let ana = api.person();
    let (_, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    let (_, other) = made(&api, &ana, new_key(&["workspaces:read"]));
    for _ in 0..3 {
        list(&api, &key).send().expect(200);
    }
    assert_eq!(code(list(&api, &key).send(), 429), "rate_limited");
    list(&api, &other).send().expect(200);
    api.get("/v1/workspaces").by(&ana).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_not_written_down_is_written_later() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (_, key) = made(&api, &ana, new_key(&["workspaces:read"]));
    let mut admin = database::superuser(&api.database_url).await;
    sqlx::query("update api_keys set revoked_at = now() - interval '1 minute', revoked_because = 'by_hand'")
        .execute(&mut admin)
        .await
        .expect("as if its process was killed in between");
    comes_to(&api.url, &key, 401).await;
    let _restarted = api.another("api");
    wait::until_true("the event is there", Duration::from_secs(20), async || {
        let told: i64 =
            sqlx::query_scalar("select count(*) from events where event_type = 'api_key.revoked'")
                .fetch_one(&mut admin)
                .await
                .expect("events");
        told == 1
    })
    .await;
}
