//! `/v1/bases`: made, shown, listed, renamed and deleted; what is of a workspace goes with it.

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, TestApi};
use support::bases::{create, tables, workspace};
use support::team::{Team, token};

fn place(answer: &Answer) -> &str {
    answer.header("location").expect("a place")
}

fn names(list: &Answer) -> Vec<String> {
    let rows = list.at("/data").as_array().expect("a list").clone();
    rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_is_made_with_its_tables_and_found_where_the_answer_says() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let orders = workspace(&api, &ana);
    let made = create(&api, &ana, &orders, " Company ").expect(201);
    assert_eq!((made.text("/name"), made.text("/workspace")), ("Company".into(), orders));
    assert_eq!((made.at("/tables"), made.at("/fields")), (json!(2), json!(6)));
    assert_eq!(made.text("/origin"), "local");
    assert!(made.text("/airtable_id").starts_with("app"), "{}", made.body);
    let found = api.get(place(&made)).by(&ana).send().expect(200);
    assert_eq!((found.json(), found.header("etag")), (made.json(), made.header("etag")));

    let schema = api.get(&format!("{}/schema", place(&made))).by(&ana).send().expect(200);
    assert_eq!(schema.text("/tables/0/name"), "Clients");
    assert_eq!(schema.at("/tables/1/fields/1/options/precision"), json!(2));
    assert_eq!(schema.text("/tables/0/fields/1/options/choices/0/name"), "Shop");
    assert_eq!(schema.at("/tables/1/primaryFieldId"), schema.at("/tables/1/fields/0/id"));
    assert_eq!(schema.at("/tables/1/fields/3/options/isValid"), json!(true));
    assert_eq!(schema.header("etag"), made.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retried_creation_makes_one_base_with_the_same_ids() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let orders = workspace(&api, &ana);
    let body = json!({ "name": "Company", "tables": tables() });
    let path = format!("/v1/workspaces/{orders}/bases");
    let attempt = || api.post(&path, body.clone()).by(&ana).key("one").send().expect(201);
    let (first, again) = (attempt(), attempt());
    assert_eq!((first.json(), place(&first)), (again.json(), place(&again)));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let wait_for = first.header("airtide-position").unwrap();
    let list = api.get(&format!("/v1/bases?wait_for={wait_for}")).by(&ana).send().expect(200);
    assert_eq!(names(&list), ["Company"]);
    let other = create(&api, &ana, &orders, "Company").expect(201);
    assert_ne!(other.text("/airtable_id"), first.text("/airtable_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_waits_shows_what_was_just_made_page_by_page() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (orders, others) = (workspace(&api, &ana), workspace(&api, &ana));
    let places = [&orders, &others, &orders];
    let made: Vec<Answer> =
        places.iter().enumerate().map(|(number, at)| create(&api, &ana, at, &format!("B{number}"))).collect();
    let wait_for = made[2].header("airtide-position").unwrap();
    let get = |query: &str| api.get(&format!("/v1/bases?{query}")).by(&ana).send().expect(200);
    let first = get(&format!("limit=2&wait_for={wait_for}"));
    assert_eq!(names(&first), ["B0", "B1"]);
    assert_eq!(first.at("/data/0"), made[0].json());
    assert_eq!(names(&get(&format!("limit=2&cursor={}", first.text("/next_cursor")))), ["B2"]);
    assert_eq!(names(&get(&format!("workspace={orders}"))), ["B0", "B2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sound_schema_is_refused_in_airtables_words() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let path = format!("/v1/workspaces/{}/bases", workspace(&api, &ana));
    let refused = |body: Value| api.post(&path, body).by(&ana).send().expect(422);
    let table =
        |name: &str, kind: &str| json!({ "name": name, "fields": [{ "name": "Name", "type": kind }] });
    let twice = json!([table("Clients", "singleLineText"), table("clients", "singleLineText")]);
    let twice = refused(json!({ "name": "Company", "tables": twice }));
    assert_eq!(
        (twice.text("/code"), twice.text("/errors/0/pointer")),
        ("schema_unsound".into(), "/tables/1".into())
    );
    assert!(twice.text("/detail").contains("clients"), "{}", twice.body);
    let unknown = refused(json!({ "name": "Company", "tables": [table("Clients", "crystalBall")] }));
    assert_eq!(unknown.text("/code"), "schema_unsound");
    let empty = json!([{ "name": "Clients", "fields": [] }]);
    assert_eq!(refused(json!({ "name": "Company", "tables": empty })).text("/code"), "schema_unsound");
    assert_eq!(refused(json!({ "name": " " })).text("/errors/0/pointer"), "/name");
    let many: Vec<Value> = (0..101).map(|number| table(&number.to_string(), "singleLineText")).collect();
    assert_eq!(refused(json!({ "name": "Company", "tables": many })).text("/errors/0/code"), "too_many");
    assert_eq!(
        refused(json!({ "name": "Company", "colour": "red" })).text("/errors/0/code"),
        "unknown_field"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_is_renamed_at_the_version_that_was_seen_and_once() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, &workspace(&api, &ana), "Company").expect(201);
    let patch = |key: &str, etag: &str, name: &str| {
        let call = api.call("PATCH", place(&made)).by(&ana).key(key).header("if-match", etag);
        call.json(json!({ "name": name })).send()
    };
    let bare = api.call("PATCH", place(&made)).by(&ana).json(json!({ "name": "Firm" })).send();
    assert_eq!(bare.expect(428).text("/code"), "precondition_required");
    let seen = made.header("etag").unwrap();
    let renamed = patch("one", seen, "Firm").expect(200);
    assert_eq!(renamed.text("/name"), "Firm");
    assert_eq!(patch("two", seen, "Late").expect(412).text("/code"), "changed_meanwhile");
    patch("three", "*", "House").expect(200);
    assert_eq!(patch("one", seen, "Firm").expect(200).json(), renamed.json());
    assert_eq!(patch("four", "*", "").expect(422).text("/errors/0/pointer"), "/name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_base_is_gone_and_may_be_deleted_again() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, &workspace(&api, &ana), "Company").expect(201);
    let etag = made.header("etag").unwrap();
    let delete = || api.call("DELETE", place(&made)).by(&ana).header("if-match", etag).send().expect(204);
    let position = delete().header("airtide-position").unwrap().to_owned();
    delete();
    api.get(place(&made)).by(&ana).send().expect(404);
    api.get(&format!("{}/schema", place(&made))).by(&ana).send().expect(404);
    let rename =
        api.call("PATCH", place(&made)).by(&ana).header("if-match", "*").json(json!({ "name": "Firm" }));
    rename.send().expect(404);
    let list = api.get(&format!("/v1/bases?wait_for={position}")).by(&ana).send().expect(200);
    assert_eq!(names(&list), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bases_of_an_archived_workspace_are_not_there() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let orders = workspace(&api, &ana);
    let made = create(&api, &ana, &orders, "Company").expect(201);
    let path = format!("/v1/workspaces/{orders}");
    let archived = api.call("DELETE", &path).by(&ana).header("if-match", "*").send().expect(204);
    api.get(place(&made)).by(&ana).send().expect(404);
    create(&api, &ana, &orders, "Late").expect(404);
    let wait_for = archived.header("airtide-position").unwrap();
    let list = api.get(&format!("/v1/bases?wait_for={wait_for}")).by(&ana).send().expect(200);
    assert_eq!(names(&list), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_is_open_to_whom_its_workspace_is_and_changed_by_who_edits() {
    let team = Team::gather().await;
    let (open, closed) = (team.workspace("Open"), team.workspace("Closed"));
    let shown = create(&team.api, &team.owner, &open, "Shown").expect(201);
    let hidden = create(&team.api, &team.owner, &closed, "Hidden").expect(201);
    let wait_for = hidden.header("airtide-position").unwrap();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let member = team.member(role, &[&open]).await;
        let all = role.sees_every_workspace();
        team.api.get(place(&shown)).by(&member).send().expect(200);
        team.api.get(place(&hidden)).by(&member).send().expect(if all { 200 } else { 404 });
        let list = team.api.get(&format!("/v1/bases?wait_for={wait_for}")).by(&member).send().expect(200);
        assert_eq!(list.body.contains("Hidden"), all, "{role:?}: {}", list.body);
        assert!(list.body.contains("Shown"), "{role:?}: {}", list.body);
        let events = team.api.get("/v1/events?type=base.created&limit=50").by(&member).send().expect(200);
        assert_eq!(events.body.contains("Hidden"), all, "{role:?}: {}", events.body);
        assert!(events.body.contains("Shown"), "{role:?}: {}", events.body);
        let edits = matches!(role, Role::Admin | Role::Editor);
        create(&team.api, &member, &open, "Own").expect(if edits { 201 } else { 403 });
        let elsewhere = create(&team.api, &member, &closed, "Own").status;
        assert_eq!(
            elsewhere,
            if !edits {
                403
            } else if all {
                201
            } else {
                404
            },
            "{role:?}"
        );
    }
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_the_scope_of_bases_sees_none() {
    let team = Team::gather().await;
    let open = team.workspace("Open");
    let made = create(&team.api, &team.owner, &open, "Company").expect(201);
    let key = |scopes: Value| {
        let body = json!({ "name": "A program", "scopes": scopes });
        team.api.post("/v1/api-keys", body).by(&team.owner).send().expect(201).text("/key")
    };
    let (without, with) =
        (key(json!(["workspaces:read", "events:read"])), key(json!(["bases:read", "events:read"])));
    let seen = |key: &str, path: &str| team.api.get(path).bearer(key).send();
    seen(&without, place(&made)).expect(403);
    seen(&with, place(&made)).expect(200);
    let events = "/v1/events?type=base.created&limit=50";
    assert!(!seen(&without, events).expect(200).body.contains("Company"));
    assert!(seen(&with, events).expect(200).body.contains("Company"));
    let renamed = token(&team.rename(&open, "Opened").await);
    seen(&with, &format!("/v1/bases?wait_for={renamed}")).expect(200);
    team.log.close().await;
}
