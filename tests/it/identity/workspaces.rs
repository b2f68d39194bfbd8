//! `/v1/workspaces`: made, shown, changed and deleted; another tenant's are not there.

use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};

fn create(api: &TestApi, person: &Person, name: &str) -> Answer {
    api.post("/v1/workspaces", json!({ "name": name })).by(person).send()
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_made_and_found_where_the_answer_says() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let body = json!({ "name": " Orders ", "description": "All of them" });
    let made = api.post("/v1/workspaces", body).by(&ana).send().expect(201);
    assert_eq!((made.text("/name"), made.text("/description")), ("Orders".into(), "All of them".into()));
    let found = api.get(made.header("location").unwrap()).by(&ana).send().expect(200);
    assert_eq!(found.json(), made.json());
    assert_eq!(etag(&found), etag(&made));
    assert_eq!(etag(&found), "\"1\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_waits_shows_what_was_just_made_page_by_page() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made: Vec<Answer> =
        (0..5).map(|number| create(&api, &ana, &format!("W{number}")).expect(201)).collect();
    let wait_for = made[4].header("airtide-position").unwrap();
    let mut names = Vec::new();
    let mut path = format!("/v1/workspaces?limit=2&wait_for={wait_for}");
    loop {
        let page = api.get(&path).by(&ana).send().expect(200);
        names.extend(
            page.at("/data").as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()),
        );
        match page.at("/next_cursor") {
            Value::String(cursor) => path = format!("/v1/workspaces?limit=2&cursor={cursor}"),
            _ => break,
        }
    }
    assert_eq!(names, ["Main", "W0", "W1", "W2", "W3", "W4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_version_it_is_meant_for() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, "Orders").expect(201);
    let path = made.header("location").unwrap();
    let patch = |etag: Option<&str>, body: Value| {
        let call = api.call("PATCH", path).by(&ana).json(body);
        etag.map_or_else(
            || api.call("PATCH", path).by(&ana).json(json!({ "name": "x" })),
            |etag| call.header("if-match", etag),
        )
        .send()
    };
    assert_eq!(patch(None, Value::Null).expect(428).text("/code"), "precondition_required");
    let changed = patch(Some(&etag(&made)), json!({ "name": "Bills", "description": "d" })).expect(200);
    assert_eq!((changed.text("/name"), etag(&changed)), ("Bills".into(), "\"3\"".into()));
    assert_eq!(
        patch(Some(&etag(&made)), json!({ "name": "Late" })).expect(412).text("/code"),
        "changed_meanwhile"
    );
    patch(Some("*"), json!({ "name": "Any" })).expect(200);
    assert_eq!(patch(Some("*"), json!({ "name": "" })).expect(422).text("/errors/0/pointer"), "/name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retried_change_is_made_once_and_answered_the_same() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, "Orders").expect(201);
    let patch = || {
        let call = api.call("PATCH", made.header("location").unwrap()).by(&ana).key("one");
        call.header("if-match", "\"1\"").json(json!({ "name": "Bills" })).send()
    };
    let (first, again) = (patch().expect(200), patch().expect(200));
    assert_eq!((first.json(), etag(&first)), (again.json(), etag(&again)));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let create =
        || api.post("/v1/workspaces", json!({ "name": "Twice" })).by(&ana).key("two").send().expect(201);
    assert_eq!(create().text("/id"), create().text("/id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_is_gone_and_may_be_deleted_again() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, "Orders").expect(201);
    let path = made.header("location").unwrap();
    let delete = || api.call("DELETE", path).by(&ana).header("if-match", "\"1\"").send();
    let position = delete().expect(204).header("airtide-position").unwrap().to_owned();
    delete().expect(204);
    api.get(path).by(&ana).send().expect(404);
    let list = api.get(&format!("/v1/workspaces?wait_for={position}")).by(&ana).send().expect(200);
    assert!(!list.body.contains(&made.text("/id")), "{}", list.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_tenant_is_not_there() {
    let api = TestApi::shared().await;
    let (ana, bob) = (api.person(), api.person());
    let made = create(&api, &ana, "Orders").expect(201);
    let path = made.header("location").unwrap();
    api.get(path).by(&bob).send().expect(404);
    api.get(&format!("{path}/activity")).by(&bob).send().expect(404);
    api.call("PATCH", path)
        .by(&bob)
        .header("if-match", "*")
        .json(json!({ "name": "Mine" }))
        .send()
        .expect(404);
    api.call("DELETE", path).by(&bob).header("if-match", "*").send().expect(404);
    assert_eq!(api.get(path).by(&ana).send().expect(200).text("/name"), "Orders");
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_tells_what_happened_newest_first() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, "Orders").expect(201);
    let path = made.header("location").unwrap();
    let patch = api.call("PATCH", path).by(&ana).header("if-match", "*").json(json!({ "name": "Bills" }));
    let position = patch.send().expect(200).header("airtide-position").unwrap().to_owned();
    let activity = api.get(&format!("{path}/activity?wait_for={position}")).by(&ana).send().expect(200);
    assert_eq!(activity.text("/data/0/type"), "workspace.renamed");
    assert_eq!(activity.text("/data/1/type"), "workspace.created");
    assert_eq!(activity.text("/data/0/actor"), ana.user);
    assert_eq!(activity.at("/data").as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_tells_of_its_first_attempt_whatever_happened_since() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, "Orders").expect(201);
    let path = made.header("location").unwrap();
    let patch = |key: &str, etag: &str, name: &str| {
        let call = api.call("PATCH", path).by(&ana).key(key).header("if-match", etag);
        call.json(json!({ "name": name })).send()
    };
    let first = patch("one", "\"9\", \"1\"", "Bills").expect(200);
    patch("two", "*", "Invoices").expect(200);
    let again = patch("one", "\"9\", \"1\"", "Bills").expect(200);
    assert_eq!((again.json(), etag(&again)), (first.json(), etag(&first)));

    api.call("DELETE", path).by(&ana).header("if-match", "*").send().expect(204);
    assert_eq!(patch("one", "\"9\", \"1\"", "Bills").expect(200).json(), first.json());
    patch("three", "*", "Late").expect(404);
}
