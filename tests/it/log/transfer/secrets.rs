//! Secrets travel apart and sealed, and are nowhere else; with them a log goes on as if nothing had been.

use std::fs;

use serde_json::json;
use std::time::Duration;
use support::api::{Node, PASSWORD, TestApi, call};
use support::authenticator::enrol;
use support::transfer::{Empty, Place, command_on, export_to, rows_of, write_private};
use support::wait;

use super::used_log;

const SOON: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_where_the_log_was_imported_and_nothing_is_done_again() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (totp, recovery) = enrol(&api, &ana).await;
    let body = json!({ "name": "Invoices" });
    let workspace = api.post("/v1/workspaces", body).by(&ana).send().expect(201).text("/id");
    let hook = json!({ "url": "https://example.org/hook", "event_types": ["workspace.renamed"] });
    let hooks = format!("/v1/workspaces/{workspace}/webhooks");
    api.post(&hooks, hook).by(&ana).send().expect(201);
    // A mail is owed where she registered, and whether it goes out is decided there.
    wait::until_true("it is owed", SOON, async || {
        !rows_of(&api.database_url, "select claim from work").await.is_empty()
    })
    .await;

    let (place, empty) = (Place::default(), Empty::new().await);
    export_to(&place, &api.database_url, api.keys.path()).await;
    let secrets = rows_of(&api.database_url, "select id || kek from webhook_secrets order by id").await;
    assert!(!secrets.is_empty());
    for file in fs::read_dir(place.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let plain = zstd::decode_all(bytes.as_slice()).unwrap_or(bytes);
        let text = String::from_utf8_lossy(&plain);
        for secret in [ana.email.as_str(), ana.username.as_str(), "$argon2id$", totp.text.as_str()] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    empty.import_from(&place).await.unwrap();
    assert_eq!(
        rows_of(&empty.url, "select id || kek from webhook_secrets order by id").await,
        secrets,
        "each is there, sealed with the key of this place"
    );

    let node = Node::serve(&empty.url, empty.keys.path(), "all", &[]);
    let sign_in = json!({ "identifier": ana.email, "password": PASSWORD, "code": recovery[0] });
    call(&node.url, "POST", "/auth/login").json(sign_in).send().expect(200);
    let sign_in = json!({ "identifier": ana.email, "password": PASSWORD, "code": totp.code(0) });
    let signed_in = call(&node.url, "POST", "/auth/login").json(sign_in).send().expect(200);
    let token = signed_in.text("/access_token");
    let get = |path: &str| call(&node.url, "GET", path).bearer(&token).send().expect(200);
    assert!(get("/auth/profile").body.contains(&ana.email));
    wait::until_true("it is listed", SOON, async || get("/v1/workspaces").body.contains(&workspace)).await;
    // The old sign-in is none here.
    call(&node.url, "GET", "/auth/profile").by(&ana).send().expect(401);

    // What happens now is owed to the webhook of then, and what happened before owes nothing here.
    let renamed = call(&node.url, "PATCH", &format!("/v1/workspaces/{workspace}")).bearer(&token);
    renamed.header("if-match", "*").json(json!({ "name": "Bills" })).send().expect(200);
    let owed = "select claim from work where event_position > (select last_position from log_imports)";
    wait::until_true("it is owed here", SOON, async || !rows_of(&empty.url, owed).await.is_empty()).await;
    let before = "select claim from work where event_position <= (select last_position from log_imports)";
    assert_eq!(rows_of(&empty.url, before).await, Vec::<String>::new());
    let arguments = ["check", "--output", "json"];
    wait::until_true("everything holds", SOON, async || {
        command_on(&empty.url, empty.keys.path(), &arguments).output().unwrap().status.success()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_secrets_a_log_is_verified_and_no_node_starts_on_it() {
    let (log, _) = used_log().await;
    let (place, empty) = (Place::default(), Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    empty.import_with(&place, |options| options.secrets = None).await.unwrap();
    assert_eq!(empty.run(&["log", "verify"]).status.code(), Some(0));
    assert_eq!(empty.run(&["log", "stats"]).status.code(), Some(0));
    let ended = Node::try_serve(&empty.url, empty.keys.path(), "api", &[]).err().expect("it does not start");
    assert!(ended.talk.contains("is missing, and this database holds data that needs it"), "{}", ended.talk);
}

#[tokio::test]
async fn a_passphrase_that_others_may_read_seals_nothing() {
    let (log, _) = used_log().await;
    let place = Place::default();
    write_private(&place.passphrase_file(), "a lantern over the harbour");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    fs::set_permissions(place.passphrase_file(), mode).unwrap();
    let (folder, secrets, passphrase) = (place.folder(), place.secrets_file(), place.passphrase_file());
    let arguments = ["log", "export", folder.to_str().unwrap(), "--secrets", secrets.to_str().unwrap()];
    let mut export = command_on(&log.url, log.keys_dir(), &arguments);
    let output = export.arg("--passphrase-file").arg(passphrase).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("may be read by others: its mode must be 0600"), "{said}");
    assert!(!secrets.exists());
}
