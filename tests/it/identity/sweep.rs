//! Credentials, second factors and secrets of webhooks that no event came to name go after a day; those that one names stay, marked or
//! not. Registrations that nobody proves go, too.

use std::time::Duration;

use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::{CredentialId, PLATFORM_TENANT, ProofId, Tenant, TenantId, User, UserId};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Plan, Request};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use sqlx::{Executor, PgConnection};
use support::api::{PASSWORD, TestApi};
use support::authenticator::enrol;
use support::log::{TestLog, stream_id};
use support::{database, wait};

const SWEPT_WITHIN: Duration = Duration::from_secs(10);

async fn marks(database: &mut PgConnection) -> Vec<(String, bool)> {
    sqlx::query_as("select id, named_at is not null from credentials order by id")
        .fetch_all(database)
        .await
        .expect("the credentials can be read")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_nothing_names_goes_after_a_day() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (totp, _) = enrol(&api, &ana).await;
    let mut database = database::superuser(&api.database_url).await;
    // As a process leaves it that ends between the event and the mark, and one that ends before the event.
    database
        .execute(
            "update credentials set named_at = null, created_at = now() - interval '25 hours';
             insert into credentials(id, user_id, password_hash, created_at) values
               ('crd_lost', 'usr_lost', '', now() - interval '25 hours'),
               ('crd_new', 'usr_new', '', now() - interval '23 hours');
             update second_factors set named_at = null, created_at = now() - interval '25 hours';
             update recovery_codes set named_at = null, created_at = now() - interval '25 hours';
             insert into second_factors(tenant, id, user_id, kek, sealed, created_at)
             select tenant, 'fac_lost', user_id, kek, sealed, created_at from second_factors;
             insert into recovery_codes(set_id, user_id, hash, created_at)
             select 'rcs_lost', user_id, hash, created_at from recovery_codes",
        )
        .await
        .expect("the credentials are changed");

    let _sweeps_at_its_start = api.another("api");
    wait::until_true("what nothing names is gone, and Ana's is marked", SWEPT_WITHIN, async || {
        let left = marks(&mut database).await;
        left.iter().all(|(id, _)| id != "crd_lost") && left.iter().any(|(_, named)| *named)
    })
    .await;
    let unmarked = marks(&mut database).await.into_iter().filter(|(_, named)| !named);
    assert_eq!(unmarked.map(|(id, _)| id).collect::<Vec<_>>(), ["crd_new"], "it may still be named");
    let factors = "select id, named_at is not null from second_factors
         union all select distinct set_id, named_at is not null from recovery_codes";
    wait::until_true("so are her factor and its recovery codes", SWEPT_WITHIN, async || {
        let left: Vec<(String, bool)> =
            sqlx::query_as(factors).fetch_all(&mut database).await.expect("they can be read");
        left.len() == 2 && left.iter().all(|(id, named)| *named && !id.ends_with("_lost"))
    })
    .await;
    let body = json!({ "email": ana.email, "password": PASSWORD, "code": totp.code(0) });
    api.post("/auth/login", body).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_nothing_names_or_that_signs_nothing_any_more_goes() {
    let api = TestApi::start().await;
    let ana = api.person();
    let workspace = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let path = format!("/v1/workspaces/{}/webhooks", workspace.text("/id"));
    let webhook = json!({ "url": "https://example.org/" });
    let webhook = api.post(&path, webhook).by(&ana).send().expect(201).text("/id");
    let mut database = database::superuser(&api.database_url).await;
    let rows = "update webhook_secrets set named_at = null, created_at = now() - interval '25 hours';
         insert into webhook_secrets(tenant, webhook_id, id, kek, sealed, created_at, named_at, ends_at)
         select s.tenant, s.webhook_id, v.id, s.kek, s.sealed, v.created_at, v.named_at, v.ends_at
         from webhook_secrets s, (values
           ('whs_lost', now() - interval '25 hours', null::timestamptz, null::timestamptz),
           ('whs_new', now() - interval '23 hours', null, null),
           ('whs_ended', now() - interval '48 hours', now(), now() - interval '1 hour'),
           ('whs_ending', now() - interval '48 hours', now(), now() + interval '1 hour')
         ) v(id, created_at, named_at, ends_at)";
    database.execute(rows).await.expect("the secrets are changed");

    let _sweeps_at_its_start = api.another("api");
    let mut left = Vec::new();
    wait::until_true("what signs nothing is gone, and what signs is marked", SWEPT_WITHIN, async || {
        let asking = sqlx::query_as("select id, named_at is not null from webhook_secrets order by id");
        left = asking.fetch_all(&mut database).await.expect("the secrets can be read");
        left.len() == 3 && left.iter().filter(|(_, named)| *named).count() == 2
    })
    .await;
    let names: Vec<&str> = left.iter().map(|(id, _): &(String, bool)| id.as_str()).collect();
    assert!(names.contains(&"whs_new") && names.contains(&"whs_ending"), "{webhook}: {names:?}");
}

/// Somebody who registered that many hours ago and whose address waits for its proof.
async fn wait_for_proof(log: &TestLog, hours_ago: i64, email: &str, username: &str) {
    let since = (Timestamp::now() - hours_ago.hours()).as_millisecond();
    let user = format!("usr_{since:012x}70008000000000000000");
    let about = |text: &str| Personal::new(SubjectId::new(user.as_str()).expect("an id"), text.to_owned());
    let register = UserCommand::Register {
        email: about(email),
        username: Some(about(username)),
        name: None,
        credential: CredentialId::new(format!("crd_{username}")).expect("an id"),
        proof: Some(ProofId::new("prf_1").expect("an id")),
        tenant: TenantId::new(format!("ten_{username}")).expect("an id"),
    };
    let platform = TenantId::new(PLATFORM_TENANT).expect("an id");
    let executor = log.executor();
    let pending = format!("{}.{user}", executor.look_up_key(email));
    let plan = Plan::new()
        .create::<User>(&platform, stream_id(&user), register)
        .create::<Tenant>(
            &TenantId::new(format!("ten_{username}")).expect("an id"),
            stream_id(&format!("ten_{username}")),
            TenantCommand::Create {
                name: "Theirs".into(),
                owner: UserId::new(user.as_str()).expect("an id"),
            },
        )
        .take("email_pending", pending, user.as_str())
        .take("username", executor.look_up_key(username), user.as_str());
    executor.execute(&Request::new(platform, &user), plan).await.expect("they register");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_proves_in_a_day_is_discarded_and_its_names_are_free() {
    let api = TestApi::start().await;
    let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
    wait_for_proof(&log, 25, "old@example.org", "late").await;
    wait_for_proof(&log, 23, "new@example.org", "early").await;
    let _sweeps_at_its_start = api.another("api");
    let mut database = database::superuser(&api.database_url).await;
    wait::until_true("one of them is gone", SWEPT_WITHIN, async || {
        let waiting = "select count(*) from reservations where kind = 'email_pending'";
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut database).await.expect("names") == 1
    })
    .await;
    let register = |username: &str| {
        let body =
            json!({ "email": format!("{username}@example.com"), "username": username, "password": PASSWORD });
        api.post("/auth/register", body).send()
    };
    register("late").expect(201);
    assert_eq!(register("early").expect(409).text("/code"), "username_taken");
}
