//! `/v1/ops/administrators`, `/v1/ops/users`, `/v1/ops/tenants`: who administers the platform, how the first of them comes to
//! it, and whom they keep out.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::api::{Answer, PASSWORD, Person, TestApi, call};
use support::operator::{self, Operator};
use support::{database, later, wait};

/// What is promised on every node.
const EVERYWHERE_WITHIN: Duration = Duration::from_secs(5);

fn bootstrap(api: &TestApi, person: &Person, token: &str) -> Answer {
    api.post("/auth/bootstrap", json!({ "token": token })).by(person).send()
}

fn ids(answer: &Answer) -> Vec<String> {
    let listed = answer.at("/data");
    let id = |each: &Value| each["id"].as_str().expect("an id").to_owned();
    listed.as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_platform_has_nobody_and_its_first_administrator_is_made_once() {
    let api = TestApi::start().await;
    let mut superuser = database::superuser(&api.database_url).await;
    let people: i64 =
        sqlx::query_scalar("select (select count(*) from credentials) + (select count(*) from events)")
            .fetch_one(&mut superuser)
            .await
            .expect("rows");
    assert_eq!(people, 0, "nobody is there to begin with");
    for name in ["admin", "root", "airtide"] {
        let guess = json!({ "username": name, "password": name });
        api.post("/auth/login", guess).send().expect(401);
    }
    let token = operator::signed(&api, &["ops", "bootstrap"]);
    let (ana, ben) = (api.person(), api.person());
    assert_eq!(bootstrap(&api, &ana, &ana.token).expect(403).text("/code"), "bootstrap_refused");
    let of_operator = Operator::of(&api).token;
    assert_eq!(bootstrap(&api, &ana, &of_operator).expect(403).text("/code"), "bootstrap_refused");
    // The token itself opens nothing.
    api.get("/v1/ops/tenants").bearer(&token).send().expect(401);
    api.get("/v1/ops/tenants").by(&ana).send().expect(403);

    // Two at once: one.
    let statuses = thread::scope(|scope| {
        let tries = [&ana, &ben].map(|person| scope.spawn(|| bootstrap(&api, person, &token).status));
        tries.map(|each| each.join().expect("an answer"))
    });
    let (first, other) = if statuses[0] == 204 { (&ana, &ben) } else { (&ben, &ana) };
    assert_eq!(statuses.iter().sum::<u16>(), 204 + 409, "{statuses:?}");
    for person in [first, other] {
        assert_eq!(bootstrap(&api, person, &token).expect(409).text("/code"), "bootstrap_spent");
    }

    // The one operates the platform, by a session of late and by nothing else.
    let ops = |token: &str| api.get("/v1/ops/administrators").bearer(token).send();
    assert_eq!(ids(&ops(&first.token).expect(200)), [first.user.as_str()]);
    ops(&other.token).expect(403);
    let key = json!({ "name": "Import", "scopes": ["workspaces:read"] });
    let key = api.post("/v1/api-keys", key).by(first).send().expect(201).text("/key");
    ops(&key).expect(403);
    later::by(&api.database_url, "61 minutes").await;
    assert_eq!(ops(&first.token).expect(403).text("/code"), "reauth_required");
    api.post("/auth/prove", json!({ "password": PASSWORD })).by(first).send().expect(204);
    ops(&first.token).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_name_each_other_and_keep_out_whom_they_must() {
    let api = TestApi::start().await;
    let another = api.another("api");
    let (ana, ben, carl) = (api.person(), api.person(), api.person());
    let ask = |method, path: &str, body: Option<Value>| {
        let call = api.call(method, path).by(&ana);
        if let Some(body) = body { call.json(body).send() } else { call.send() }
    };
    let why = || Some(json!({ "reason": "spam" }));

    // Whoever holds the keys helps a platform that has lost its administrators.
    let path = |person: &Person| format!("/v1/ops/administrators/{}", person.user);
    let by_keys = |person: &Person| api.call("PUT", &path(person)).bearer(&Operator::of(&api).token).send();
    by_keys(&ana).expect(204);
    ask("PUT", &path(&ben), None).expect(204);
    ask("PUT", "/v1/ops/administrators/usr_nobody", None).expect(404);
    assert_eq!(
        ids(&ask("GET", "/v1/ops/administrators", None).expect(200)),
        [ana.user.clone(), ben.user.clone()]
    );

    // Administrators are not kept out, and one always stays.
    let suspend = |person: &Person| ask("POST", &format!("/v1/ops/users/{}/suspend", person.user), why());
    assert_eq!(suspend(&ben).expect(409).text("/code"), "administrator");
    ask("DELETE", &path(&ben), None).expect(204);
    api.get("/v1/ops/administrators").by(&ben).send().expect(403);
    assert_eq!(ask("DELETE", &path(&ana), None).expect(409).text("/code"), "last_administrator");
    let goodbye = Some(json!({ "password": PASSWORD }));
    assert_eq!(ask("DELETE", "/auth/account", goodbye).expect(409).text("/code"), "last_administrator");

    // A person.
    ask("POST", &format!("/v1/ops/users/{}/suspend", carl.user), Some(json!({ "reason": " " }))).expect(422);
    let position = suspend(&carl).expect(204).header("airtide-position").expect("a position").to_owned();
    let status_of = |person: &Person, path| call(&another.url, "GET", path).by(person).status();
    wait::until("carl is kept out", EVERYWHERE_WITHIN, || status_of(&carl, "/auth/profile") == 403);
    let listed = ask("GET", &format!("/v1/ops/users?state=suspended&wait_for={position}"), None).expect(200);
    assert_eq!(ids(&listed), [carl.user.as_str()]);
    let found = ask("GET", &format!("/v1/ops/users?email={}", carl.email), None).expect(200);
    assert_eq!((ids(&found), found.text("/data/0/state")), (vec![carl.user.clone()], "suspended".to_owned()));
    ask("POST", &format!("/v1/ops/users/{}/restore", carl.user), why()).expect(204);
    wait::until("carl is let in", EVERYWHERE_WITHIN, || status_of(&carl, "/auth/profile") == 200);
    assert_eq!(
        ask("GET", &format!("/v1/ops/users/{}", carl.user), None).expect(200).text("/state"),
        "active"
    );

    // A tenant: its own people keep what is theirs.
    let key = json!({ "name": "Import", "scopes": ["workspaces:read"] });
    let key = api.post("/v1/api-keys", key).by(&carl).send().expect(201).text("/key");
    let tenant = format!("/v1/ops/tenants/{}", carl.tenant);
    let position = ask("POST", &format!("{tenant}/suspend"), why()).expect(204);
    let position = position.header("airtide-position").expect("a position");
    let is_refused = |url: &str| call(url, "GET", "/v1/workspaces").by(&carl).status() == 403;
    wait::until("nobody works there", EVERYWHERE_WITHIN, || is_refused(&api.url) && is_refused(&another.url));
    for token in [&carl.token, &key] {
        let refused = api.get("/v1/workspaces").bearer(token).send().expect(403);
        assert_eq!(refused.text("/code"), "tenant_suspended");
    }
    api.get("/auth/profile").by(&carl).send().expect(200);
    let listed =
        ask("GET", &format!("/v1/ops/tenants?state=suspended&wait_for={position}"), None).expect(200);
    assert_eq!(ids(&listed), [carl.tenant.as_str()]);
    assert_eq!(ask("GET", &tenant, None).expect(200).text("/state"), "suspended");
    ask("POST", &format!("{tenant}/restore"), why()).expect(204);
    wait::until("they work again", EVERYWHERE_WITHIN, || status_of(&carl, "/v1/workspaces") == 200);

    // Who did it, and why, is in the log.
    let mut superuser = database::superuser(&api.database_url).await;
    let told: Vec<(String, String, String)> = sqlx::query_as(
        "select event_type, meta ->> 'actor', payload ->> 'reason' from events
         where event_type in ('user.suspended', 'user.restored', 'tenant.suspended', 'tenant.restored') order by position",
    )
    .fetch_all(&mut superuser)
    .await
    .expect("events");
    let expected = ["user.suspended", "user.restored", "tenant.suspended", "tenant.restored"];
    assert_eq!(told, expected.map(|event| (event.to_owned(), ana.user.clone(), "spam".to_owned())));
}
