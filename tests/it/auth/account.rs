//! `DELETE /auth/account`: whoever leaves, or is kept out, is let in by nothing that they had; and nobody leaves others
//! without an owner.

use std::time::Duration;

use domain::identity::user::UserCommand;
use domain::identity::{PLATFORM_TENANT, Role, TenantId, User};
use eventstore::execute::{Plan, Request};
use serde_json::{Value, json};
use support::api::{PASSWORD, Person, TestApi, call};
use support::log::{TestLog, stream_id};
use support::sse::Sse;
use support::team::Team;
use support::{database, later, mailbox, wait};

/// What is promised on every node.
const EVERYWHERE_WITHIN: Duration = Duration::from_secs(5);

/// Everything that lets one person in.
struct Belongings {
    person: Person,
    key: String,
    refresh_token: String,
}

impl Belongings {
    fn of(api: &TestApi) -> Self {
        let person = api.person();
        let wanted = json!({ "name": "Import", "scopes": ["workspaces:read", "events:read"] });
        let key = api.post("/v1/api-keys", wanted).by(&person).send().expect(201).text("/key");
        let refresh_token = api.sign_in(&person.email).text("/refresh_token");
        Self { person, key, refresh_token }
    }

    /// What its session and its key come to on a node.
    fn statuses(&self, url: &str) -> [u16; 3] {
        let asked = |path, token: &str| call(url, "GET", path).bearer(token).status();
        [
            asked("/auth/profile", &self.person.token),
            asked("/v1/workspaces", &self.person.token),
            asked("/v1/workspaces", &self.key),
        ]
    }

    fn come_to(&self, status: u16, urls: [&str; 2]) {
        for url in urls {
            wait::until("it counts everywhere", EVERYWHERE_WITHIN, || self.statuses(url) == [status; 3]);
        }
    }
}

async fn tell(log: &TestLog, person: &Person, command: UserCommand) {
    let platform = TenantId::new(PLATFORM_TENANT).expect("an id");
    let plan = Plan::new().decide::<User>(&platform, stream_id(&person.user), command);
    log.executor().execute(&Request::new(platform, "test"), plan).await.expect("it is carried out");
}

fn sign_in(api: &TestApi, person: &Person, password: &str) -> support::api::Answer {
    api.post("/auth/login", json!({ "email": person.email, "password": password })).send()
}

/// A link that lets its reader choose another password.
fn forgotten(api: &TestApi, person: &Person, number: usize) -> Value {
    api.post("/auth/password/forgotten", json!({ "identifier": person.email })).send().expect(202);
    let token = mailbox::token(api, &person.email, "password", number);
    json!({ "token": token, "password": "a lantern at noon" })
}

/// The rest of the stream, until it is over.
fn last_word(stream: &mut Sse) -> Value {
    let mut last = Value::Null;
    while let Some(frame) = stream.next_frame() {
        if frame.event == "end" {
            last = frame.data;
        }
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn b6_nothing_of_a_deleted_or_suspended_person_lets_anybody_in() {
    let api = TestApi::start_with(&[mailbox::KEPT]).await;
    let another = api.another("api");
    let urls = [api.url.as_str(), another.url.as_str()];
    let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
    let ana = Belongings::of(&api);
    let reset = forgotten(&api, &ana.person, 1);
    ana.come_to(200, urls);

    // Suspended: nothing works, and only whoever knows the password is told why.
    let (mut stream, _) = Sse::follow(&another.url, &ana.person.token, "");
    tell(&log, &ana.person, UserCommand::Suspend { reason: "abuse".into() }).await;
    ana.come_to(403, urls);
    assert_eq!(last_word(&mut stream)["reason"], json!("kept_out"));
    let refresh = || api.post("/auth/refresh", json!({ "refresh_token": ana.refresh_token })).send();
    assert_eq!(refresh().expect(403).text("/code"), "suspended");
    assert_eq!(sign_in(&api, &ana.person, PASSWORD).expect(403).text("/code"), "suspended");
    assert_eq!(sign_in(&api, &ana.person, "not the password").expect(401).text("/code"), "wrong_credentials");
    assert_eq!(
        api.post("/auth/password/reset", reset.clone()).send().expect(409).text("/code"),
        "link_spent"
    );
    api.post("/auth/password/forgotten", json!({ "identifier": ana.person.email })).send().expect(202);

    // Restored: what had not ended goes on, and a link of before is good for nothing.
    tell(&log, &ana.person, UserCommand::Restore { reason: "a mistake".into() }).await;
    ana.come_to(200, urls);
    refresh().expect(200);
    api.post("/auth/password/reset", reset).send().expect(409);
    let reset = forgotten(&api, &ana.person, 2);

    // Deleted: for ever, and without a trace in the rows that let people in.
    let (mut stream, _) = Sse::follow(&another.url, &ana.key, "");
    let delete = |password: &str| {
        let goodbye = json!({ "password": password });
        api.call("DELETE", "/auth/account").by(&ana.person).json(goodbye).send()
    };
    assert_eq!(delete("not the password").expect(403).text("/code"), "wrong_password");
    delete(PASSWORD).expect(204);
    ana.come_to(401, urls);
    assert!(last_word(&mut stream)["reason"].is_string());
    api.post("/auth/refresh", json!({ "refresh_token": ana.refresh_token })).send().expect(401);
    assert_eq!(sign_in(&api, &ana.person, PASSWORD).expect(401).text("/code"), "wrong_credentials");
    api.post("/auth/password/reset", reset).send().expect(409);
    let mut superuser = database::superuser(&api.database_url).await;
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from credentials where user_id = $1)
           + (select count(*) from trusted_devices where user_id = $1)
           + (select count(*) from reservations where owner = $1)
           + (select count(*) from sessions where user_id = $1 and (revoked_at is null or recorded_at is null))
           + (select count(*) from api_keys where owner = $1 and revoked_at is null)",
    )
    .bind(&ana.person.user)
    .fetch_one(&mut superuser)
    .await
    .expect("rows");
    assert_eq!(left, 0);
    // Their names are anybody's.
    let again = json!({ "email": ana.person.email, "username": ana.person.username, "password": PASSWORD });
    assert_ne!(api.post("/auth/register", again).send().expect(201).text("/id"), ana.person.user);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leaves_others_without_an_owner() {
    // Of its own: time passes for everybody who is on the same server.
    let team = Team::gather_with(&[]).await;
    let api = &team.api;
    let editor = team.member(Role::Editor, &[]).await;
    let delete = |person: &Person| {
        api.call("DELETE", "/auth/account").by(person).json(json!({ "password": PASSWORD })).send()
    };
    let refused = delete(&team.owner).expect(409);
    assert_eq!(refused.text("/code"), "last_owner");
    assert!(refused.text("/detail").contains(&team.owner.tenant), "{}", refused.body);
    // Whoever has to stay keeps what they have.
    api.get("/v1/workspaces").by(&team.owner).send().expect(200);

    // An open browser is not enough.
    later::by(&api.database_url, "11 minutes").await;
    assert_eq!(delete(&editor).expect(403).text("/code"), "reauth_required");
    api.post("/auth/prove", json!({ "password": PASSWORD })).by(&editor).send().expect(204);
    delete(&editor).expect(204);

    // Alone, the owner may go, and the tenant with them.
    api.post("/auth/prove", json!({ "password": PASSWORD })).by(&team.owner).send().expect(204);
    delete(&team.owner).expect(204);
    let mut superuser = database::superuser(&api.database_url).await;
    let closed: i64 =
        sqlx::query_scalar("select count(*) from events where tenant = $1 and event_type = 'tenant.closed'")
            .bind(&team.owner.tenant)
            .fetch_one(&mut superuser)
            .await
            .expect("events");
    assert_eq!(closed, 1);
    team.log.close().await;
}
