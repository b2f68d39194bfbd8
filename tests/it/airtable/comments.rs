//! Comments on records: written, listed, changed and deleted as Airtable's clients do it.

use std::collections::BTreeMap;

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, Person};
use support::bases::{create, record, workspace};
use support::team::Team;

/// A record that may be commented on.
struct Commented {
    team: Team,
    workspace: String,
    path: String,
}

impl Commented {
    async fn record() -> Self {
        let team = Team::gather().await;
        let workspace = workspace(&team.api, &team.owner);
        let base = create(&team.api, &team.owner, &workspace, "Company").expect(201);
        let schema = format!("/v1/bases/{}/schema", base.text("/id"));
        let table = team.api.get(&schema).by(&team.owner).send().expect(200).text("/tables/0/id");
        let record = record(&team, &workspace, &base.text("/id"), &table, BTreeMap::new()).await;
        let path = format!("/v0/{}/Clients/{record}/comments", base.text("/airtable_id"));
        Self { team, workspace, path }
    }

    fn call(&self, person: &Person, method: &str, below: &str, body: Option<Value>) -> Answer {
        let path = format!("{}{below}", self.path);
        let call = self.team.api.call(method, &path).by(person);
        match body {
            Some(body) => call.json(body).send(),
            None => call.send(),
        }
    }

    fn write(&self, text: &str) -> Answer {
        self.call(&self.team.owner, "POST", "", Some(json!({ "text": text })))
    }

    fn list(&self, query: &str) -> Answer {
        self.call(&self.team.owner, "GET", query, None).expect(200)
    }
}

fn texts(list: &Answer) -> Vec<String> {
    let comments = list.at("/comments");
    comments.as_array().expect("a list").iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_listed_at_once_from_the_newest_on() {
    let commented = Commented::record().await;
    assert_eq!(commented.list("").json(), json!({ "comments": [], "offset": null }));
    let first = commented.write("One").expect(200);
    assert_eq!(first.at("/lastUpdatedTime"), Value::Null);
    assert_eq!(first.at("/author/email"), json!(commented.team.owner.email));
    commented.write("Two").expect(200);
    let list = commented.list("");
    assert_eq!(texts(&list), ["Two", "One"]);
    assert_eq!(list.at("/comments/1"), first.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_there_are_is_told_with_the_record_where_it_is_asked_for() {
    let commented = Commented::record().await;
    let record = commented.path.trim_end_matches("/comments");
    let (all, _) = record.rsplit_once('/').expect("a table before it");
    let owner = &commented.team.owner;
    let get = |path: &str| commented.team.api.get(path).by(owner).send().expect(200);
    commented.write("One").expect(200);
    let second = commented.write("Two").expect(200).text("/id");
    let counted = "recordMetadata[]=commentCount";
    for way in ["", "&sort[0][field]=Name", "&cellFormat=string&timeZone=utc&userLocale=en"] {
        assert_eq!(get(&format!("{all}?{counted}{way}")).at("/records/0/commentCount"), json!(2), "{way}");
    }
    let body = json!({ "recordMetadata": ["commentCount"] });
    let posted = commented.team.api.post(&format!("{all}/listRecords"), body).by(owner).send().expect(200);
    assert_eq!(posted.at("/records/0/commentCount"), json!(2));
    commented.call(owner, "DELETE", &format!("/{second}"), None).expect(200);
    assert_eq!(get(&format!("{record}?{counted}")).at("/commentCount"), json!(1));
    assert_eq!(get(record).json().get("commentCount"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offset_stays_good_whatever_is_written_meanwhile() {
    let commented = Commented::record().await;
    for text in ["One", "Two", "Three"] {
        commented.write(text).expect(200);
    }
    let page = commented.list("?pageSize=2&offset=");
    assert_eq!(texts(&page), ["Three", "Two"]);
    commented.write("Four").expect(200);
    let rest = commented.list(&format!("?pageSize=2&offset={}", page.text("/offset")));
    assert_eq!((texts(&rest), rest.at("/offset")), (vec!["One".to_owned()], Value::Null));
    for wrong in ["?pageSize=0", "?pageSize=101", "?pageSize=many", "?offset=somewhere"] {
        commented.call(&commented.team.owner, "GET", wrong, None).expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_answered_and_names_people() {
    let commented = Commented::record().await;
    let owner = &commented.team.owner;
    let me = commented.team.api.get("/v0/meta/whoami").by(owner).send().expect(200).text("/id");
    let first = commented.write(&format!("@[{me}] and @[usrNobody00000000]")).expect(200);
    assert_eq!(first.text(&format!("/mentioned/{me}/type")), "user");
    assert_eq!(first.at("/mentioned").as_object().unwrap().len(), 1);
    let answer = json!({ "text": "Yes", "parentCommentId": first.text("/id") });
    let answer = commented.call(owner, "POST", "", Some(answer)).expect(200);
    assert_eq!(answer.text("/parentCommentId"), first.text("/id"));
    let to_nothing = json!({ "text": "Yes", "parentCommentId": "comNothing0000000" });
    commented.call(owner, "POST", "", Some(to_nothing)).expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_author_changes_and_deletes_a_comment_and_nobody_else_does() {
    let commented = Commented::record().await;
    let (owner, ben) =
        (&commented.team.owner, commented.team.member(Role::Editor, &[&commented.workspace]).await);
    let below = format!("/{}", commented.write("One").expect(200).text("/id"));
    let better = || Some(json!({ "text": "Better" }));
    commented.call(&ben, "PATCH", &below, better()).expect(403);
    commented.call(&ben, "DELETE", &below, None).expect(403);
    let changed = commented.call(owner, "PATCH", &below, better()).expect(200);
    assert_eq!(changed.text("/text"), "Better");
    assert!(changed.at("/lastUpdatedTime").is_string());
    // Who the author is elsewhere is not told to others.
    let seen = commented.call(&ben, "GET", "", None).expect(200);
    assert_eq!((texts(&seen), seen.at("/comments/0/author").get("email")), (vec!["Better".to_owned()], None));
    let deleted = commented.call(owner, "DELETE", &below, None).expect(200);
    assert_eq!(deleted.at("/deleted"), json!(true));
    assert!(texts(&commented.list("")).is_empty());
    commented.call(owner, "DELETE", &below, None).expect(404);
    commented.call(owner, "PATCH", &below, better()).expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_says_nothing_or_is_about_nothing_is_refused() {
    let commented = Commented::record().await;
    let owner = &commented.team.owner;
    for body in [json!({}), json!({ "text": " " }), json!({ "text": 7 })] {
        commented.call(owner, "POST", "", Some(body)).expect(422);
    }
    let elsewhere = commented.path.replace("/Clients/", "/Invoices/");
    commented.team.api.get(&elsewhere).by(owner).send().expect(404);
    commented.call(owner, "PATCH", "/comNothing0000000", Some(json!({ "text": "One" }))).expect(404);
}
