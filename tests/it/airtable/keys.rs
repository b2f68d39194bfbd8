//! Keys that are limited to bases and tables: what they do not name is not there for them, whichever API they are shown to.

use serde_json::{Value, json};
use support::airtable::{Program, kind};
use support::api::{Answer, TestApi};

const HIDDEN: &str = "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND";
const SCOPES: [&str; 2] = ["bases:read", "bases:write"];

fn limited<'a>(program: &Program<'a>, bases: Value) -> Program<'a> {
    program.with_key(json!({ "scopes": SCOPES, "bases": bases }))
}

/// Our own id of the base.
fn own_id(program: &Program<'_>) -> String {
    let listed = program.api.get("/v1/bases?limit=200").by(&program.person).send().expect(200).at("/data");
    let of_it = listed.as_array().expect("a list").iter().find(|row| row["airtable_id"] == program.base);
    of_it.expect("it is listed")["id"].as_str().expect("an id").to_owned()
}

/// Another base of the same person.
fn another<'a>(program: &Program<'a>) -> Program<'a> {
    let made = support::bases::create(program.api, &program.person, &program.workspace, "Other").expect(201);
    let wait_for = made.header("airtide-position").unwrap();
    program.api.get(&format!("/v1/bases?wait_for={wait_for}")).by(&program.person).send().expect(200);
    Program { base: made.text("/airtable_id"), ..program.with_key(json!({ "scopes": SCOPES })) }
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_the_bases_that_it_names_and_no_other() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let other = another(&program);
    let key = limited(&program, json!({ program.base.as_str(): null }));
    let tables = |base: &str| key.get(&format!("/meta/bases/{base}/tables"));
    tables(&program.base).expect(200);
    assert_eq!(kind(&tables(&other.base)), (403, HIDDEN.into()));
    assert_eq!(names(&key.get("/meta/bases").expect(200).at("/bases")), ["Company"]);

    let ours = |path: String| api.get(&path).bearer(&key.key).send();
    ours(format!("/v1/bases/{}", own_id(&program))).expect(200);
    ours(format!("/v1/bases/{}", own_id(&other))).expect(404);
    ours(format!("/v1/bases/{}/schema", own_id(&other))).expect(404);
    assert_eq!(names(&ours("/v1/bases".into()).expect(200).at("/data")), ["Company"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_tables_sees_and_changes_those_alone() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let (clients, invoices) = (program.table("Clients"), program.table("Invoices"));
    let key = limited(&program, json!({ program.base.as_str(): [clients] }));
    let tables = format!("/meta/bases/{}/tables", program.base);
    assert_eq!(names(&key.get(&tables).expect(200).at("/tables")), ["Clients"]);
    let renamed = json!({ "name": "Customers" });
    key.send("PATCH", &format!("{tables}/{clients}"), renamed.clone()).expect(200);
    for called in [invoices.as_str(), "Invoices"] {
        let answer = key.send("PATCH", &format!("{tables}/{called}"), renamed.clone());
        assert_eq!(kind(&answer), (403, HIDDEN.into()), "{called}");
    }
    let own = format!("/v1/bases/{}", own_id(&program));
    let schema = api.get(&format!("{own}/schema")).bearer(&key.key).send().expect(200);
    assert_eq!(names(&schema.at("/tables")), ["Customers"]);
    let patch = |path: &str| {
        let call = api.call("PATCH", path).bearer(&key.key).header("if-match", "*");
        call.json(json!({ "name": "Whatever" })).send()
    };
    patch(&format!("{own}/tables/{invoices}")).expect(404);
    patch(&own).expect(403);
}

/// A link has another end.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_tables_makes_no_others_and_links_to_none() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let (clients, invoices) = (program.table("Clients"), program.table("Invoices"));
    let key = limited(&program, json!({ program.base.as_str(): [clients] }));
    let tables = format!("/meta/bases/{}/tables", program.base);
    let before = program.get(&tables).expect(200).json();
    let refused = |answer: Answer| assert_eq!(kind(&answer), (403, "INVALID_PERMISSIONS".into()));
    let field = json!({ "name": "Name", "type": "singleLineText" });
    refused(key.send("POST", &tables, json!({ "name": "Things", "fields": [field] })));
    let options = json!({ "linkedTableId": invoices });
    let link = json!({ "name": "Invoices", "type": "multipleRecordLinks", "options": options });
    refused(key.send("POST", &format!("{tables}/{clients}/fields"), link.clone()));
    assert_eq!(program.get(&tables).expect(200).json(), before);
    // With all of the base it may.
    let key = limited(&program, json!({ program.base.as_str(): null }));
    key.send("POST", &format!("{tables}/{clients}/fields"), link).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_bases_makes_none_and_sees_nothing_beside_them() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let key = limited(&program, json!({ program.base.as_str(): null }));
    let made = support::bases::tables();
    let body = json!({ "name": "Stock", "workspaceId": program.workspace, "tables": made });
    assert_eq!(kind(&key.send("POST", "/meta/bases", body)), (403, "INVALID_PERMISSIONS".into()));
    let path = format!("/v1/workspaces/{}/bases", program.workspace);
    api.post(&path, json!({ "name": "Stock" })).bearer(&key.key).send().expect(403);
    for path in ["/v1/workspaces", "/v1/events", "/v1/api-keys", "/v1/members", "/v1/tenant"] {
        api.get(path).bearer(&key.key).send().expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_shown_and_name_what_is_there() {
    let api = TestApi::shared().await;
    let (program, stranger) = (Program::of(&api), Program::of(&api));
    let make = |wanted: Value| api.post("/v1/api-keys", wanted).by(&program.person).send();
    let body = |bases: Value| json!({ "name": "A program", "scopes": SCOPES, "bases": bases });
    let bases = json!({ program.base.as_str(): [program.table("Clients")] });
    let made = make(body(bases.clone())).expect(201);
    assert_eq!(made.at("/bases"), bases);
    let path = format!("/v1/api-keys/{}", made.text("/id"));
    assert_eq!(api.get(&path).by(&program.person).send().expect(200).at("/bases"), bases);
    let listed = api.get("/v1/api-keys").by(&program.person).send().expect(200).at("/data");
    let of_it = listed.as_array().unwrap().iter().find(|key| key["id"] == made.at("/id"));
    assert_eq!(of_it.unwrap()["bases"], bases);

    let unknown = make(body(json!({ stranger.base.as_str(): null }))).expect(422);
    assert_eq!(unknown.text("/errors/0/code"), "unknown_base");
    assert_eq!(make(body(json!({}))).expect(422).text("/errors/0/pointer"), "/bases");
    make(body(json!({ "bas_1": null }))).expect(422);
    let mut beyond = body(json!({ program.base.as_str(): null }));
    beyond["scopes"] = json!(["bases:read", "events:read"]);
    assert_eq!(make(beyond).expect(422).text("/code"), "scopes_beyond_bases");
}
