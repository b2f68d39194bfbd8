//! Comments: who may write and change them, how they are listed and counted, and that they go with their record.

use domain::bases::ids::RecordId;
use serde_json::{Value, json};

use super::harness::Sandbox;
use super::seed::{ANA, BASE, BEN, CEM, DEE, PAINT, SAND, TASKS, seed};
use crate::airtable::world::read;

fn path(record: &str) -> String {
    format!("{TASKS}/{record}/comments")
}

async fn say(sandbox: &Sandbox, text: &str) -> Value {
    sandbox.post(&path(PAINT), json!({ "text": text })).await.ok()
}

fn texts(list: &Value) -> Vec<&str> {
    list["comments"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_comment_comes_back_with_its_author_and_those_it_mentions() {
    let sandbox = Sandbox::start().await.as_token(CEM);
    let said = say(&sandbox, "Look, @[usrBen00000000000]").await;
    assert_eq!(
        said["author"],
        json!({ "id": "usrCem00000000000", "email": "cem@example.org", "name": "Cem" })
    );
    assert_eq!(said["lastUpdatedTime"], Value::Null);
    let ben = json!({ "id": "usrBen00000000000", "type": "user", "displayName": "Ben", "email": "ben@example.org" });
    assert_eq!(said["mentioned"], json!({ "usrBen00000000000": ben }));
    assert!(said.get("reactions").is_none() && said.get("parentCommentId").is_none());
    let list = sandbox.get(&path(PAINT)).await.ok();
    assert_eq!(list, json!({ "comments": [said], "offset": null }));
    assert_eq!(sandbox.get(&path(SAND)).await.ok()["comments"], json!([]));
}

#[tokio::test]
async fn a_mention_that_is_edited_away_is_gone_and_the_time_is_told() {
    let sandbox = Sandbox::start().await;
    let said = say(&sandbox, "@[usrBen00000000000]").await;
    let one = format!("{}/{}", path(PAINT), said["id"].as_str().unwrap());
    let changed = sandbox.patch(&one, json!({ "text": "Nobody" })).await.ok();
    assert!(changed.get("mentioned").is_none());
    assert!(changed["lastUpdatedTime"].is_string());
    assert_eq!((&changed["id"], &changed["createdTime"]), (&said["id"], &said["createdTime"]));
    assert_eq!(sandbox.delete(&one).await.ok(), json!({ "id": said["id"], "deleted": true }));
    assert_eq!(sandbox.delete(&one).await.status, 404);
    assert_eq!(sandbox.effects().await, ["comment.created", "comment.updated", "comment.deleted"]);
}

#[tokio::test]
async fn only_the_author_changes_a_comment() {
    let sandbox = Sandbox::start().await.as_token(BEN);
    let said = say(&sandbox, "Mine").await;
    let one = format!("{}/{}", path(PAINT), said["id"].as_str().unwrap());
    let ana = sandbox.as_token(ANA);
    let refused = (403, "INVALID_PERMISSIONS".to_owned());
    assert_eq!(ana.patch(&one, json!({ "text": "Hers" })).await.error(), refused);
    assert_eq!(ana.delete(&one).await.error(), refused);
    assert_eq!(texts(&ana.get(&path(PAINT)).await.ok()), ["Mine"]);
}

#[tokio::test]
async fn who_may_only_read_reads_comments_and_writes_none() {
    let sandbox = Sandbox::start().await;
    say(&sandbox, "Seen").await;
    let dee = sandbox.as_token(DEE);
    assert_eq!(texts(&dee.get(&path(PAINT)).await.ok()), ["Seen"]);
    let refused = dee.post(&path(PAINT), json!({ "text": "No" })).await.error();
    assert_eq!(refused, (403, "INVALID_PERMISSIONS".into()));
}

#[tokio::test]
async fn a_token_without_the_scope_of_comments_gets_none() {
    let mut limited = seed();
    limited["tokens"][0]["scopes"] = json!(["data.records:read", "data.records:write"]);
    let sandbox = Sandbox::start_with(limited).await;
    for refused in
        [sandbox.get(&path(PAINT)).await, sandbox.post(&path(PAINT), json!({ "text": "No" })).await]
    {
        assert_eq!(refused.error(), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest_whatever_is_written_and_deleted_meanwhile() {
    let sandbox = Sandbox::start().await;
    let mut ids = Vec::new();
    for text in ["1", "2", "3", "4", "5"] {
        ids.push(say(&sandbox, text).await["id"].as_str().unwrap().to_owned());
    }
    let first = sandbox.get(&format!("{}?pageSize=2", path(PAINT))).await.ok();
    assert_eq!(texts(&first), ["5", "4"]);
    say(&sandbox, "6").await;
    sandbox.delete(&format!("{}/{}", path(PAINT), ids[3])).await.ok();
    let next =
        |list: &Value| format!("{}?pageSize=2&offset={}", path(PAINT), list["offset"].as_str().unwrap());
    let second = sandbox.get(&next(&first)).await.ok();
    assert_eq!(texts(&second), ["3", "2"]);
    let third = sandbox.get(&next(&second)).await.ok();
    assert_eq!((texts(&third), &third["offset"]), (vec!["1"], &Value::Null));
}

#[tokio::test]
async fn what_is_no_comment_is_refused() {
    let sandbox = Sandbox::start().await;
    for body in [
        json!({}),
        json!({ "text": "  " }),
        json!({ "text": 1 }),
        json!({ "text": "To nothing", "parentCommentId": "com00000000000000" }),
    ] {
        assert_eq!(sandbox.post(&path(PAINT), body).await.status, 422);
    }
    for query in ["pageSize=0", "pageSize=101", "pageSize=x", "offset=x"] {
        assert_eq!(sandbox.get(&format!("{}?{query}", path(PAINT))).await.status, 422, "{query}");
    }
    let missing = sandbox.get(&path("rec00000000000000")).await.error();
    assert_eq!(missing, (404, "MODEL_ID_NOT_FOUND".into()));
}

#[tokio::test]
async fn an_answer_names_the_comment_it_answers() {
    let sandbox = Sandbox::start().await;
    let question = say(&sandbox, "When?").await;
    let body = json!({ "text": "Soon", "parentCommentId": question["id"] });
    let answer = sandbox.post(&path(PAINT), body).await.ok();
    assert_eq!(answer["parentCommentId"], question["id"]);
}

#[tokio::test]
async fn comments_are_counted_and_go_with_their_record() {
    let sandbox = Sandbox::start().await;
    say(&sandbox, "One").await;
    say(&sandbox, "Two").await;
    let counts = |list: Value| {
        let records = list["records"].as_array().unwrap().clone();
        records.into_iter().map(|record| record["commentCount"].clone()).collect::<Vec<_>>()
    };
    let counted = format!("{TASKS}?recordMetadata[]=commentCount");
    assert_eq!(counts(sandbox.get(&counted).await.ok()), [json!(2), json!(0)]);
    assert_eq!(counts(sandbox.get(TASKS).await.ok()), [Value::Null, Value::Null]);
    sandbox.delete(&format!("{TASKS}/{PAINT}")).await.ok();
    let held = sandbox.app.world.base(BASE).unwrap();
    assert_eq!(read(&held).comments.count(RecordId::parse(PAINT).unwrap()), 0);
}

#[tokio::test]
async fn comments_of_a_seed_are_there_and_are_exported_as_they_came() {
    let mut seeded = seed();
    let comments = json!([
        { "id": "comFirst000000000", "author": "usrBen00000000000", "text": "First", "createdTime": "2024-02-01T00:00:00Z" },
        { "id": "comSecond00000000", "author": "usrGone0000000000", "text": "Second", "createdTime": "2024-02-02T00:00:00Z",
          "parentCommentId": "comFirst000000000",
          "reactions": [{ "unicodeCharacter": "1f44d", "user": "usrBen00000000000" }] },
    ]);
    seeded["bases"][0]["tables"][0]["records"][0]["comments"] = comments.clone();
    let sandbox = Sandbox::start_with(seeded).await;
    let list = sandbox.get(&path(PAINT)).await.ok();
    assert_eq!(texts(&list), ["Second", "First"]);
    let second = &list["comments"][0];
    assert_eq!(second["author"], json!({ "id": "usrGone0000000000" }));
    assert_eq!(second["reactions"][0]["reactingUser"]["userId"], "usrBen00000000000");
    let exported = sandbox.get("/_sim/export").await.ok();
    let records = exported["bases"][0]["tables"][0]["records"].as_array().unwrap();
    let paint = records.iter().find(|record| record["id"] == PAINT).unwrap();
    assert_eq!(paint["comments"], comments);
}
