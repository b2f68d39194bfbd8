//! `/v1/tenant/closing`, `/v1/tenant/export`, `/auth/account/export`: a tenant is given up, taken back, and ends with
//! everything in it; and what is known of it and of people is theirs to take along.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, PASSWORD, call};
use support::team::Team;
use support::{bases, database, wait};

/// What is promised on every node.
const EVERYWHERE_WITHIN: Duration = Duration::from_secs(5);
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// The lines of an export, which says itself that it is whole.
fn lines(answer: &Answer) -> Vec<Value> {
    assert!(answer.header("content-type").is_some_and(|kind| kind == "application/x-ndjson"));
    // In chunks, whose sizes are lines as well.
    let read = |line: &str| serde_json::from_str::<Value>(line).ok().filter(Value::is_object);
    let mut lines: Vec<Value> = answer.body.lines().filter_map(read).collect();
    let end = lines.pop().expect("a last line");
    assert_eq!(end, json!({ "kind": "end", "data": { "lines": lines.len() } }));
    lines
}

fn kinds(lines: &[Value]) -> BTreeSet<&str> {
    lines.iter().map(|line| line["kind"].as_str().expect("a kind")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_closed_taken_back_and_ends_with_everything_in_it() {
    let team = Team::gather().await;
    let api = &team.api;
    let owner = &team.owner;
    let workspace = team.workspace("Orders");
    let (admin, viewer) =
        (team.member(Role::Admin, &[]).await, team.member(Role::Viewer, &[&workspace]).await);
    let key = json!({ "name": "Import", "scopes": ["workspaces:read", "workspaces:write"] });
    let key = api.post("/v1/api-keys", key).by(owner).send().expect(201).text("/key");
    let account = json!({ "name": "Robot", "role": "editor" });
    api.post("/v1/service-accounts", account).by(owner).send().expect(201);
    let webhook = json!({ "url": "https://example.org/hook", "event_types": ["workspace.renamed"] });
    let webhooks = format!("/v1/workspaces/{workspace}/webhooks");
    let secret = api.post(&webhooks, webhook).by(owner).send().expect(201).text("/secret");
    bases::create(api, owner, &workspace, "Company").expect(201);
    let invitation = json!({ "email": "new@example.org", "role": "viewer" });
    api.post("/v1/invitations", invitation).by(owner).send().expect(201);

    // Nobody closes it by mistake, nor does anybody but an owner.
    let name = api.get("/v1/tenant").by(owner).send().expect(200).text("/name");
    let close = |url: &str, by: &support::api::Person, name: &str| {
        call(url, "POST", "/v1/tenant/closing").json(json!({ "name": name })).by(by).send()
    };
    assert_eq!(close(&api.url, owner, "another").expect(422).text("/code"), "name_differs");
    close(&api.url, &admin, &name).expect(403);
    let closing = close(&api.url, owner, &name).expect(200);
    assert_eq!(closing.text("/state"), "closing");
    assert!(closing.at("/closes_at").is_string());

    // It can be read and taken along, and nothing in it changes, whoever asks.
    let write =
        |token: &str| api.post("/v1/workspaces", json!({ "name": "Late" })).bearer(token).key("late").send();
    wait::until("nothing changes", EVERYWHERE_WITHIN, || write(&owner.token).status == 403);
    for token in [&owner.token, &admin.token, &key] {
        assert_eq!(write(token).expect(403).text("/code"), "tenant_closing");
    }
    api.get("/v1/workspaces").by(&viewer).send().expect(200);
    let export = |path, by| api.call("POST", path).by(by).send();
    export("/v1/tenant/export", &admin).expect(403);
    let exported = export("/v1/tenant/export", owner).expect(200);
    let told = lines(&exported);
    let expected =
        ["tenant", "member", "service_account", "workspace", "invitation", "webhook", "api_key", "event"];
    assert_eq!(kinds(&told), BTreeSet::from(expected));
    assert!(exported.body.contains("new@example.org") && exported.body.contains("tenant.closing_begun"));
    for hidden in [&secret, &key, &owner.token] {
        assert!(!exported.body.contains(hidden.as_str()), "no secret is taken along");
    }
    let of_viewer = export("/auth/account/export", &viewer).expect(200);
    let told = lines(&of_viewer);
    assert_eq!(kinds(&told), BTreeSet::from(["profile", "session", "membership", "event"]));
    assert!(of_viewer.body.contains(&viewer.email) && of_viewer.body.contains("user.exported"));
    assert!(!of_viewer.body.contains(&owner.email), "nothing of others");

    // Taken back.
    api.call("DELETE", "/v1/tenant/closing").by(&admin).send().expect(403);
    api.call("DELETE", "/v1/tenant/closing").by(owner).send().expect(204);
    wait::until("it goes on", EVERYWHERE_WITHIN, || write(&owner.token).status == 201);

    // Closed by a node whose grace is over at once, and ended by whichever sweeps next.
    let hasty = api.another_with("api", &[("AIRTIDE__IDENTITY__CLOSING_GRACE_DAYS", "0")]);
    close(&hasty.url, owner, &name).expect(200);
    let _ending = api.another("projections");
    let mut superuser = database::superuser(&api.database_url).await;
    let mut proof = None;
    wait::until_true("everything has ended", ENDS_WITHIN, async || {
        proof = sqlx::query_scalar::<_, String>(
            "select (payload -> 'ended')::text from events where tenant = $1 and event_type = 'tenant.emptied'",
        )
        .bind(&owner.tenant)
        .fetch_optional(&mut superuser)
        .await
        .expect("events");
        proof.is_some()
    })
    .await;
    let expected = json!({
        "members": 3, "service_accounts": 1, "api_keys": 1, "invitations": 1, "webhooks": 1, "workspaces": 3,
        "sealing_keys": 1,
    });
    let proof: Value = serde_json::from_str(&proof.expect("a proof")).expect("JSON");
    assert_eq!(proof, expected);
    for token in [&owner.token, &viewer.token, &key] {
        wait::until("nobody gets in", EVERYWHERE_WITHIN, || {
            matches!(api.get("/v1/workspaces").bearer(token).status(), 401 | 403)
        });
    }
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from reservations where key like $1 || '.%')
           + (select count(*) from webhook_secrets where tenant = $1)
           + (select count(*) from api_keys where tenant = $1 and (revoked_at is null or recorded_at is null))",
    )
    .bind(&owner.tenant)
    .fetch_one(&mut superuser)
    .await
    .expect("rows");
    assert_eq!(left, 0);
    // Nothing of its workspaces is left in the read model either.
    wait::until_true("its rows are gone", ENDS_WITHIN, async || {
        let rows = "select (select count(*) from read.workspaces where tenant = $1)
                      + (select count(*) from read.members where tenant = $1)
                      + (select count(*) from read.bases where tenant = $1)
                      + (select count(*) from read.webhooks where tenant = $1)";
        let left: i64 =
            sqlx::query_scalar(rows).bind(&owner.tenant).fetch_one(&mut superuser).await.expect("rows");
        left == 0
    })
    .await;
    // Whoever has another tenant goes on there.
    let again = json!({ "email": viewer.email, "password": PASSWORD });
    let elsewhere = api.post("/auth/login", again).send().expect(200);
    assert_ne!(elsewhere.text("/tenant"), owner.tenant);
    team.log.close().await;
}
