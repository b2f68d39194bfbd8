//! With a tenant goes what was known in it alone: the addresses that were invited to it. What is a person's stays theirs.

use std::fs;
use std::time::Duration;

use eventstore::fail_points::VARIABLE;
use serde_json::{Value, json};
use support::api::{Node, Person, TestApi, call};
use support::workers::SOON;
use support::{database, dump, wait};

use super::killed::key_is_alive;
use super::{REASON, command_on, finding, ledger, place, told};

/// The claims of a process that died hold for a while.
const ENDS_WITHIN: Duration = Duration::from_secs(60);
const CANARY: &str = "marigold.quillfeather@example.org";

/// The id of an invitation.
fn invite(api: &TestApi, by: &Person, email: &str) -> String {
    let invitation = json!({ "email": email, "role": "viewer" });
    api.post("/v1/invitations", invitation).by(by).send().expect(201).text("/id")
}

fn prove(url: &str, api: &TestApi, invitation: &str, code: i32) -> Value {
    let texts = api.keys.path().join("texts");
    fs::write(&texts, CANARY).unwrap();
    let texts = texts.to_str().unwrap();
    let prove = ["erase", "--prove", "--subject", invitation, "--texts", texts, "--output", "json"];
    told(&command_on(url, api, &prove).output().unwrap(), code)
}

/// As if a mail server had answered with the address.
async fn fail_a_mail(api: &TestApi, invitation: &str) {
    sqlx::query(
        "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
         select 'send_mail/' || position || '/', 'send_mail', tenant, position, '', '', 'parked', now(),
                '550 no such user: ' || $2
         from events where id = $1 and event_type = 'invitation.sent'",
    )
    .bind(invitation)
    .bind(CANARY)
    .execute(&mut database::superuser(&api.database_url).await)
    .await
    .unwrap();
}

async fn keys_destroyed(api: &TestApi, tenant: &str) -> Option<String> {
    sqlx::query_scalar(
        "select payload -> 'ended' ->> 'sealing_keys' from events where tenant = $1 and event_type = 'tenant.emptied'",
    )
    .bind(tenant)
    .fetch_optional(&mut database::superuser(&api.database_url).await)
    .await
    .unwrap()
}

/// By a process that is gone again before it looks a second time for what has to end.
async fn is_listed_as_closing(api: &TestApi, tenant: &str) {
    let _lists = api.another("projections");
    let mut superuser = database::superuser(&api.database_url).await;
    wait::until_true("it is listed", SOON, async || {
        sqlx::query_scalar(
            "select exists (select from read.tenants where tenant = $1 and closes_at is not null)",
        )
        .bind(tenant)
        .fetch_one(&mut superuser)
        .await
        .unwrap()
    })
    .await;
}

/// Before it is ready, or soon after it.
fn assert_one_dies_at(api: &TestApi, point: &str) {
    let die = format!("{point}:1");
    let serve = Node::try_serve(&api.database_url, api.keys.path(), "projections", &[(VARIABLE, &die)]);
    let status = serve.map_or_else(|ended| ended.status, |node| node.end_of(SOON));
    assert!(status.is_some_and(|status| status.code().is_none()), "{status:?}");
}

/// The process that ends the tenant dies between the ledger and the keys, and the next one goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_closed_tenant_knew_is_nowhere_readable_and_no_backup_brings_it_back() {
    let api = TestApi::start_roles("api", &[("AIRTIDE__IDENTITY__CLOSING_GRACE_DAYS", "0")]).await;
    let (owner, other) = (api.person(), api.person());
    let (first, second) = (invite(&api, &owner, CANARY), invite(&api, &owner, &other.email));
    let elsewhere = invite(&api, &other, "bob@example.org");
    api.call("DELETE", &format!("/v1/invitations/{second}")).by(&owner).send().expect(204);
    fail_a_mail(&api, &first).await;
    let before = prove(&api.database_url, &api, &first, 1);
    assert_eq!((place(&before, "keys"), place(&before, "work").1), ((1, 1), 1), "{before}");
    let copy = dump::restored(&api.database_url, "before_the_tenant_ended").await;

    let name = api.get("/v1/tenant").by(&owner).send().expect(200).text("/name");
    api.post("/v1/tenant/closing", json!({ "name": name })).by(&owner).send().expect(200);
    is_listed_as_closing(&api, &owner.tenant).await;
    assert_one_dies_at(&api, "after_erasure_line");
    assert_eq!(ledger(&api), [first.clone(), second.clone()]);
    assert_eq!(keys_destroyed(&api, &owner.tenant).await, None);

    let _goes_on = api.another("projections");
    wait::until_true("everything has ended", ENDS_WITHIN, async || {
        keys_destroyed(&api, &owner.tenant).await.as_deref() == Some("2")
    })
    .await;
    let after = prove(&api.database_url, &api, &first, 0);
    assert_eq!(place(&after, "keys"), (1, 0), "{after}");
    assert_eq!(finding(&api.database_url, &api, "doctor", "erasures")["state"], "ok");
    told(&command_on(&api.database_url, &api, &["check"]).output().unwrap(), 0);

    // Who lives on elsewhere keeps what is theirs, and so does another tenant.
    for subject in [&owner.user, &other.user, &elsewhere] {
        assert!(key_is_alive(&api, subject).await, "{subject}");
    }
    let invitations = api.get("/v1/invitations").by(&other).send().expect(200);
    assert!(invitations.body.contains("bob@example.org"), "{}", invitations.body);

    let Some(copy) = copy else { return };
    let refused = Node::try_serve(&copy, api.keys.path(), "api", &[]).err().expect("it is refused");
    assert!(refused.talk.contains("airtide erase --reapply"), "{}", refused.talk);
    let reapply = ["erase", "--reapply", "--reason", REASON, "--yes", "--output", "json"];
    told(&command_on(&copy, &api, &reapply).output().unwrap(), 0);
    assert_eq!(place(&prove(&copy, &api, &first, 1), "keys"), (1, 0));
    let node = Node::serve(&copy, api.keys.path(), "api", &[]);
    let invitations = call(&node.url, "GET", "/v1/invitations").by(&owner).send();
    assert!(!invitations.expect(200).body.contains(CANARY));
}
