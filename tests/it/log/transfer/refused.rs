//! What is not whole is refused, with the first place where it shows, and nothing of it stays.

use std::fs;

use eventstore::chain_of;
use serde_json::json;
use sqlx::Executor;
use support::log::{TestLog, write_versions};
use support::transfer::{Empty, Place, command_on, export_to, write_private};
use support::{database, forgery};

use super::used_log;

/// Position 1; 2 and 3; 4: a segment each.
async fn exported() -> (Place, TestLog) {
    let (place, log) = (Place::default(), TestLog::of_three_batches().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    assert_eq!(place.segments().len(), 3);
    (place, log)
}

/// What an import says of a folder that was changed. It changes nothing, and the same database takes the next.
async fn refusal(empty: &Empty, change: impl FnOnce(&Place)) -> String {
    let (place, _log) = exported().await;
    change(&place);
    let failed = empty.import_from(&place).await.expect_err("it is not taken");
    empty.expect_untouched().await;
    chain_of(&failed)
}

const SECOND: &str = "events-000002.jsonl.zst";

#[tokio::test]
async fn an_altered_segment_is_named_with_the_first_place_where_it_shows() {
    let empty = Empty::new().await;
    let altered = "events-000002.jsonl.zst is not what was exported: its hash differs, and the first place where it shows is \
                   this: ";
    type Edit = fn(String) -> String;
    let cases: [(Edit, &str); 7] = [
        (
            |text| text.replacen("Payments", "Payment5", 1),
            "event 3 is not what was recorded: its digest differs",
        ),
        (
            |text| text.replacen(r#"\"actor\":\"usr_ana"#, r#"\"actor\":\"usr_bob"#, 1),
            "event 2 is not what was recorded",
        ),
        (
            |text| text.replacen(r#""streamnumber":"3""#, r#""streamnumber":"2""#, 1),
            "event 3 is filed under the number of another stream",
        ),
        (
            |text| text.lines().take(2).map(|line| format!("{line}\n")).collect(),
            "ends within the batch of positions 2 to 3",
        ),
        (
            |text| text.lines().skip(1).map(|line| format!("{line}\n")).collect(),
            "line 1 of events-000002.jsonl.zst is an event outside of any batch",
        ),
        (
            |text| text.replacen(r#""chain_hash":""#, r#""chain_hash":"AAAA"#, 1),
            "the batch of positions 2 to 3 does not follow from the one before it",
        ),
        (|text| format!("{text}not JSON\n"), "line 4 of events-000002.jsonl.zst cannot be read"),
    ];
    for (edit, place) in cases {
        let said = refusal(&empty, |folder| folder.edit_lines(SECOND, edit)).await;
        assert!(said.starts_with(altered) && said.contains(place), "{place}: {said}");
    }
    let torn = refusal(&empty, |place| {
        let file = place.folder().join(SECOND);
        let bytes = fs::read(&file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    assert!(torn.starts_with(altered), "{torn}");
    let (place, _log) = exported().await;
    empty.import_from(&place).await.expect("the same database takes what is whole");
}

/// Whoever forges the hashes of files as well meets the chain; whoever forges that, the signature.
#[tokio::test]
async fn what_was_changed_with_its_hashes_breaks_the_chain_and_what_breaks_nothing_is_not_signed() {
    let empty = Empty::new().await;
    let said = refusal(&empty, |place| {
        place.edit_lines(SECOND, |text| text.replacen("Payments", "Payment5", 1));
        place.forge_hashes();
    })
    .await;
    // Secrets that travel along say which manifest is theirs.
    assert!(said.ends_with("belongs to another export"), "{said}");

    let (place, _log) = exported().await;
    place.edit_lines(SECOND, |text| text.replacen("Payments", "Payment5", 1));
    place.forge_hashes();
    let failed = empty.import_with(&place, |options| options.secrets = None).await.unwrap_err();
    assert_eq!(
        chain_of(&failed),
        "the exported log is not what was recorded, in events-000002.jsonl.zst: \
         event 3 is not what was recorded: its digest differs"
    );

    let (forged, log) = (Place::default(), TestLog::of_three_batches().await);
    let before = export_to(&Place::default(), &log.url, log.keys_dir()).await;
    forgery::rewrite(&log, 3, r#"{"name":"Mine","description":""}"#).await;
    export_to(&forged, &log.url, log.keys_dir()).await;
    forged.forge_hashes();
    let ask = |key: Option<String>| {
        empty.import_with(&forged, |options| (options.secrets, options.signed_by) = (None, key))
    };
    let failed = ask(before.signed_by.clone()).await.unwrap_err();
    assert!(failed.to_string().contains("holds no signature, and one by"), "{failed}");
    empty.expect_untouched().await;
    ask(None).await.expect("nobody asked for a signature");
}

#[tokio::test]
async fn a_signature_of_another_or_of_something_else_is_refused() {
    let (place, _log) = exported().await;
    let (other, _other_log) = exported().await;
    let empty = Empty::new().await;
    let seal = |place: &Place| place.folder().join("manifest.seal.json");
    let key = |place: &Place| {
        let seal: serde_json::Value = serde_json::from_slice(&fs::read(seal(place)).unwrap()).unwrap();
        seal["signature"]["public_key"].as_str().unwrap().to_owned()
    };
    let wanted = key(&other);
    let failed = empty.import_with(&place, |options| options.signed_by = Some(wanted)).await.unwrap_err();
    assert!(failed.to_string().starts_with("the manifest is signed with "), "{failed}");

    let mut forged: serde_json::Value = serde_json::from_slice(&fs::read(seal(&place)).unwrap()).unwrap();
    forged["signature"]["signature"] = serde_json::from_slice::<serde_json::Value>(
        &fs::read(seal(&other)).unwrap(),
    )
    .unwrap()["signature"]["signature"]
        .clone();
    fs::write(seal(&place), forged.to_string()).unwrap();
    let failed = empty.import_from(&place).await.unwrap_err();
    assert_eq!(failed.to_string(), "the signature in manifest.seal.json is not of this manifest");
    empty.expect_untouched().await;
}

#[tokio::test]
async fn what_is_missing_or_was_left_out_is_named() {
    let empty = Empty::new().await;
    let said = refusal(&empty, |place| fs::remove_file(place.folder().join(SECOND)).unwrap()).await;
    assert_eq!(said, "events-000002.jsonl.zst is missing");
    let said =
        refusal(&empty, |place| fs::remove_file(place.folder().join("reservations.jsonl.zst")).unwrap())
            .await;
    assert_eq!(said, "reservations.jsonl.zst is missing");
    let said = refusal(&empty, |place| fs::remove_file(place.folder().join("manifest.json")).unwrap()).await;
    assert!(said.starts_with("manifest.json is missing"), "{said}");
    let said = refusal(&empty, |place| {
        let file = place.folder().join("manifest.json");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, text.replace("\"events\": 4", "\"events\": 5")).unwrap();
    })
    .await;
    assert!(said.starts_with("manifest.json is not what was exported"), "{said}");

    type Forge = fn(&mut serde_json::Value);
    let cases: [(Forge, &str); 5] = [
        (
            |manifest| drop(manifest["segments"].as_array_mut().unwrap().remove(1)),
            "the segments do not follow each other: events-000003.jsonl.zst begins at position 4 instead of 2",
        ),
        (
            |manifest| drop(manifest["segments"].as_array_mut().unwrap().remove(2)),
            "the manifest is of another log than its segments: they end at another position",
        ),
        (
            |manifest| manifest["event_types"]["workspace.painted"] = json!(1),
            "the log holds workspace.painted in version 1, which this program does not know: it was written by version ",
        ),
        (
            |manifest| manifest["format"] = json!("airtide export of the log, 2"),
            "this is \"airtide export of the log, 2\"",
        ),
        (
            |manifest| manifest["segments"][0]["file"] = json!("../secrets"),
            "the manifest names \"../secrets\"",
        ),
    ];
    for (forge, place) in cases {
        let (folder, _log) = exported().await;
        folder.forge_manifest(forge);
        let failed = empty.import_with(&folder, |options| options.secrets = None).await.unwrap_err();
        assert!(failed.to_string().starts_with(place), "{failed}");
        empty.expect_untouched().await;
    }
}

#[tokio::test]
async fn a_command_that_the_events_do_not_know_is_refused() {
    let (log, receipt) = super::used_log().await;
    let place = Place::default();
    export_to(&place, &log.url, log.keys_dir()).await;
    let position = receipt.position.to_string();
    place.edit_lines("commands.jsonl.zst", |text| text.replace(&position, "2"));
    let empty = Empty::new().await;
    let failed = empty.import_from(&place).await.unwrap_err();
    assert!(failed.to_string().ends_with("at position 2, where the events say otherwise"), "{failed}");
    empty.expect_untouched().await;
}

#[tokio::test]
async fn only_an_empty_and_idle_database_is_taken() {
    let (place, _log) = exported().await;
    let used = Empty::new().await;
    let node = TestLog::open_on(used.url.clone()).await;
    write_versions(&node.executor(), "other", [1]).await;
    node.close().await;
    let failed = used.import_from(&place).await.unwrap_err();
    assert!(
        failed.to_string().starts_with("the database is not empty: its log ends at position 1"),
        "{failed}"
    );

    let empty = Empty::new().await;
    let mut admin = database::superuser(&empty.url).await;
    admin.execute("insert into reservations(kind, key, owner) values ('name', 'a', 'b')").await.unwrap();
    let failed = empty.import_from(&place).await.unwrap_err();
    assert!(failed.to_string().contains("there are rows in reservations"), "{failed}");
    admin.execute("delete from reservations").await.unwrap();

    admin.execute("begin; select from streams").await.unwrap();
    let failed = empty.import_from(&place).await.unwrap_err();
    assert!(failed.to_string().starts_with("the database is in use"), "{failed}");
    admin.execute("rollback").await.unwrap();
    empty.expect_untouched().await;
    empty.import_from(&place).await.unwrap();
    let failed = empty.import_from(&place).await.unwrap_err();
    assert!(
        failed.to_string().starts_with("the database is not empty: its log ends at position 4"),
        "{failed}"
    );
}

#[tokio::test]
async fn a_broken_log_is_not_exported() {
    let log = TestLog::of_three_batches().await;
    let mut admin = database::superuser(&log.url).await;
    admin.execute("update events set payload = '{}' where position = 3").await.unwrap();
    let place = Place::default();
    let folder = place.folder();
    let export = ["log", "export", folder.to_str().unwrap()];
    let output = support::transfer::command_on(&log.url, log.keys_dir(), &export).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("event 3 is not what was recorded: its digest differs"), "{said}");
    assert!(!folder.join("manifest.json").exists(), "what is left is no export");
}

#[tokio::test]
async fn secrets_open_with_their_passphrase_only_and_whole() {
    let empty = Empty::new().await;
    let closed = refusal(&empty, |place| write_private(&place.passphrase_file(), "another lantern")).await;
    assert!(closed.ends_with("does not open with this passphrase, or was altered"), "{closed}");
    let short = refusal(&empty, |place| write_private(&place.passphrase_file(), "lantern")).await;
    assert!(short.ends_with("has less than 12 bytes"), "{short}");
    let torn = refusal(&empty, |place| {
        let bytes = fs::read(place.secrets_file()).unwrap();
        fs::write(place.secrets_file(), &bytes[..bytes.len() - 1]).unwrap();
    })
    .await;
    assert!(torn.ends_with("was cut off"), "{torn}");
    let flipped = refusal(&empty, |place| {
        let mut bytes = fs::read(place.secrets_file()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(place.secrets_file(), bytes).unwrap();
    })
    .await;
    assert!(flipped.ends_with("does not open with this passphrase, or was altered"), "{flipped}");
    let (other, _log) = exported().await;
    let foreign =
        refusal(&empty, |place| assert!(fs::copy(other.secrets_file(), place.secrets_file()).is_ok())).await;
    assert!(foreign.ends_with("belongs to another export"), "{foreign}");
}

#[tokio::test]
async fn keys_of_another_installation_are_not_replaced() {
    let (place, _log) = exported().await;
    let used = Empty::new().await;
    let node = eventstore::Log::open(support::log::options(&used.url, used.keys.path())).await.unwrap();
    node.close().await;
    let failed = used.import_from(&place).await.unwrap_err();
    assert!(failed.to_string().contains("look-up.key is another than the one"), "{failed}");
    let failed = used.import_with(&place, |options| options.secrets = None).await.unwrap_err();
    assert!(failed.to_string().starts_with("this database was used with another"), "{failed}");
    used.expect_untouched().await;
}

/// What is there is never written over, neither a folder nor a file of secrets.
#[tokio::test]
async fn what_is_in_the_way_of_an_export_is_a_conflict() {
    let (log, _) = used_log().await;
    let place = Place::default();
    let export = || {
        let (folder, secrets) =
            (place.folder().display().to_string(), place.secrets_file().display().to_string());
        let passphrase = place.passphrase_file().display().to_string();
        let arguments = ["log", "export", &folder, "--secrets", &secrets, "--passphrase-file", &passphrase];
        command_on(&log.url, log.keys_dir(), &arguments).output().unwrap().status.code()
    };
    write_private(&place.secrets_file(), "of another export");
    assert_eq!(export(), Some(4));
    assert_eq!(fs::read_to_string(place.secrets_file()).unwrap(), "of another export");
    fs::remove_file(place.secrets_file()).unwrap();
    assert_eq!(export(), Some(0));
    assert_eq!(export(), Some(4), "the folder is not empty");
}
