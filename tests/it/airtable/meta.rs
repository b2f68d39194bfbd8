//! `/v0/meta`: who asks; bases, tables and fields as Airtable's clients read and make them.

use domain::identity::Role;
use jiff::Timestamp;
use serde_json::{Value, json};
use support::airtable::{Program, key, kind, refusal};
use support::api::TestApi;
use support::team::Team;

const READS: [&str; 1] = ["bases:read"];

fn table(name: &str) -> Value {
    json!({ "name": name, "fields": [{ "name": "Name", "type": "singleLineText" }] })
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_called_the_same_by_every_credential_of_theirs() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let by_key = program.get("/meta/whoami").expect(200);
    let by_token = api.get("/v0/meta/whoami").by(&program.person).send().expect(200);
    let id = by_key.text("/id");
    assert!(id.starts_with("usr") && id.len() == 17, "{id}");
    assert_eq!(by_token.text("/id"), id);
    assert_eq!(by_key.text("/email"), program.person.email);
    // Airtable tells scopes of tokens by OAuth alone, and its clients take the answer as it is.
    assert_eq!(by_key.json().as_object().unwrap().len(), 2);
    assert_ne!(Program::of(&api).get("/meta/whoami").expect(200).text("/id"), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_is_made_is_listed_at_once_and_read_as_it_was_told() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let tables = json!([table("Things"), {
        "name": "Places", "description": "Where they are", "fields": [
            { "name": "Name", "type": "singleLineText" },
            { "name": "Kind", "type": "singleSelect", "options": { "choices": [{ "name": "Shop" }] } },
        ],
    }]);
    let body = json!({ "name": "Stock", "workspaceId": program.workspace, "tables": tables });
    let made = program.send("POST", "/meta/bases", body).expect(200);
    assert_eq!(names(&made.at("/tables")), ["Things", "Places"]);
    let listed = program.get("/meta/bases").expect(200);
    assert_eq!(names(&listed.at("/bases")), ["Company", "Stock"]);
    let stock = json!({ "id": made.text("/id"), "name": "Stock", "permissionLevel": "create" });
    assert_eq!(listed.at("/bases/1"), stock);
    assert_eq!(listed.json().get("offset"), None);

    let path = format!("/meta/bases/{}/tables", made.text("/id"));
    let read = program.get(&path).expect(200);
    assert_eq!(read.at("/tables"), made.at("/tables"));
    assert_eq!(read.at("/tables/1/primaryFieldId"), read.at("/tables/1/fields/0/id"));
    assert_eq!(read.text("/tables/1/views/0/name"), "Grid view");
    assert_eq!(read.at("/tables/1/views/0").get("visibleFieldIds"), None);
    for include in ["include=visibleFieldIds", "include[]=visibleFieldIds"] {
        let shown = program.get(&format!("{path}?{include}")).expect(200);
        assert_eq!(shown.at("/tables/1/views/0/visibleFieldIds/0"), read.at("/tables/1/fields/0/id"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_says_where_it_is_since_when_and_what_the_caller_may_do_there() {
    let api = TestApi::shared().await;
    let before = Timestamp::now().as_millisecond();
    let program = Program::of(&api);
    let path = format!("/meta/bases/{}?include=collaborators", program.base);
    let mut shown = program.get(&path).expect(200).json();
    let created = shown.as_object_mut().unwrap().remove("createdTime").expect("since when");
    let created: Timestamp = created.as_str().unwrap().parse().expect("a time");
    assert!((before..=Timestamp::now().as_millisecond()).contains(&created.as_millisecond()), "{created}");
    let mut expected = json!({
        "id": program.base, "name": "Company", "workspaceId": program.workspace, "permissionLevel": "create",
    });
    assert_eq!(shown, expected);
    let reading = program.with_key(json!({ "scopes": READS }));
    expected["permissionLevel"] = json!("read");
    let mut shown = reading.get(&path).expect(200).json();
    shown.as_object_mut().unwrap().remove("createdTime");
    assert_eq!(shown, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_is_made_in_a_workspace_that_is_open_and_of_sound_tables_only() {
    let api = TestApi::shared().await;
    let (program, other) = (Program::of(&api), Program::of(&api));
    let make = |workspace: &str, tables: Value| {
        let body = json!({ "name": "Stock", "workspaceId": workspace, "tables": tables });
        kind(&program.send("POST", "/meta/bases", body))
    };
    let hidden = (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".to_owned());
    assert_eq!(make(&other.workspace, json!([table("Things")])), hidden);
    assert_eq!(make("wsp_nothing", json!([table("Things")])), hidden);
    assert_eq!(make(&program.workspace, json!([])).1, "INVALID_REQUEST_UNKNOWN");
    let twice = make(&program.workspace, json!([table("Things"), table("things")]));
    assert_eq!(twice, (422, "DUPLICATE_TABLE_NAME".into()));
    let many: Vec<Value> = (0..101).map(|number| table(&number.to_string())).collect();
    assert_eq!(make(&program.workspace, json!(many)), (422, "INVALID_REQUEST_UNKNOWN".into()));
    assert_eq!(names(&program.get("/meta/bases").expect(200).at("/bases")), ["Company"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_fields_are_made_and_renamed_by_name_or_id() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let tables = format!("/meta/bases/{}/tables", program.base);
    let made = program.send("POST", &tables, table("In/Out now")).expect(200);
    let (id, name) = (made.text("/id"), made.text("/fields/0/name"));
    assert_eq!((made.text("/name"), name), ("In/Out now".into(), "Name".into()));

    let body = json!({ "name": "Amount", "type": "number", "options": { "precision": 2 } });
    let field = program.send("POST", &format!("{tables}/{id}/fields"), body.clone()).expect(200);
    assert_eq!(field.at("/options/precision"), json!(2));
    let again = program.send("POST", &format!("{tables}/in%2Fout%20NOW/fields"), body);
    assert_eq!(kind(&again), (422, "DUPLICATE_OR_EMPTY_FIELD_NAME".into()));

    let change = json!({ "description": "What it costs" });
    let path = format!("{tables}/{id}/fields/{}", field.text("/id"));
    let changed = program.send("PATCH", &path, change).expect(200);
    assert_eq!(
        (changed.text("/name"), changed.text("/description")),
        ("Amount".into(), "What it costs".into())
    );
    let renamed = program.send("PATCH", &format!("{tables}/In%2FOut%20now"), json!({ "name": "Stock" }));
    let renamed = renamed.expect(200);
    assert_eq!((renamed.text("/name"), renamed.text("/id")), ("Stock".into(), id.clone()));
    let nothing = program.send("PATCH", &format!("{tables}/{id}"), json!({}));
    assert_eq!(kind(&nothing), (422, "INVALID_REQUEST_UNKNOWN".into()));
    let unknown = program.send("PATCH", &format!("{tables}/{id}/fields/Colour"), json!({ "name": "x" }));
    assert_eq!(
        refusal(&unknown),
        (422, "UNKNOWN_FIELD_NAME".into(), Some("Unknown field name: \"Colour\"".into()))
    );
}

/// Neither a base of somebody else, nor one that is not there, nor what is no id is told from the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_is_not_open_is_not_told_from_one_that_is_not_there() {
    let api = TestApi::shared().await;
    let (program, other) = (Program::of(&api), Program::of(&api));
    let gone = program.get(&format!("/meta/bases/{}/tables", other.base));
    assert_eq!(kind(&gone), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
    for base in [&other.base, "app00000000000000", "nothing", "bas_1"] {
        for below in ["", "/tables"] {
            let answer = program.get(&format!("/meta/bases/{base}{below}"));
            assert_eq!((answer.status, answer.json()), (gone.status, gone.json()), "{base}{below}");
        }
    }
    let table = program.send("PATCH", &format!("/meta/bases/{}/tables/Nothing", program.base), json!({}));
    assert_eq!(table.json(), gone.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_read_makes_and_changes_nothing() {
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    let api = &team.api;
    let made = support::bases::create(api, &team.owner, &workspace, "Company").expect(201);
    let viewer = team.member(Role::Viewer, &[&workspace]).await;
    let outsider = team.member(Role::Editor, &[]).await;
    let tables = format!("/v0/meta/bases/{}/tables", made.text("/airtable_id"));
    api.get(&tables).by(&viewer).send().expect(200);
    let refused = api.post(&tables, table("Things")).by(&viewer).send();
    let words = "You are not permitted to perform this operation".to_owned();
    assert_eq!(refusal(&refused), (403, "INVALID_PERMISSIONS".into(), Some(words)));
    let hidden = api.get(&tables).by(&outsider).send();
    assert_eq!(kind(&hidden), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
    let listed = |person| api.get("/v0/meta/bases").by(person).send().expect(200).at("/bases");
    let wait_for = made.header("airtide-position").unwrap();
    api.get(&format!("/v1/bases?wait_for={wait_for}")).by(&viewer).send().expect(200);
    assert_eq!(listed(&viewer)[0]["permissionLevel"], "read");
    assert_eq!(listed(&outsider), json!([]));
    team.log.close().await;
}

/// Its id may lead to another base afterwards, so nothing that was remembered of it counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_was_deleted_is_not_there_any_more() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let tables = format!("/meta/bases/{}/tables", program.base);
    program.get(&tables).expect(200);
    let listed = api.get("/v1/bases").by(&program.person).send().expect(200);
    let id = listed.text("/data/0/id");
    let delete = api.call("DELETE", &format!("/v1/bases/{id}")).by(&program.person);
    delete.header("if-match", "*").send().expect(204);
    assert_eq!(kind(&program.get(&tables)), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_under_the_same_key_makes_one_table() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let tables = format!("/meta/bases/{}/tables", program.base);
    let attempt = || program.call("POST", &tables).key("once").json(table("Things")).send().expect(200);
    let (first, again) = (attempt(), attempt());
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let read = program.get(&tables).expect(200).at("/tables");
    assert_eq!(names(&read), ["Clients", "Invoices", "Things"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_a_service_account_has_an_id_and_no_address() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let body = json!({ "name": "Importer", "role": "viewer" });
    let account = api.post("/v1/service-accounts", body).by(&ana).send().expect(201).text("/id");
    let key = key(&api, &ana, json!({ "scopes": READS, "service_account": account }));
    let who = api.get("/v0/meta/whoami").bearer(&key).send().expect(200);
    assert!(who.text("/id").starts_with("usr"));
    assert_eq!(who.json().get("email"), None);
}
