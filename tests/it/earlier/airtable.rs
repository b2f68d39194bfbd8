//! `/api/airtable/tables` and `/api/v1/airtable/bases`: register, sign in, query Airtable.

use domain::identity::Role;
use serde_json::json;
use support::api::{Answer, PASSWORD, Person, TestApi};
use support::bases::{create, workspace};
use support::team::Team;

const TABLES: &str = "/api/airtable/tables";
const BASES: &str = "/api/v1/airtable/bases";

/// The rows of the read model are there when this returns.
fn shown(api: &TestApi, person: &Person, made: &Answer) {
    let wait_for = made.header("airtide-position").expect("a position");
    api.get(&format!("/v1/bases?wait_for={wait_for}")).by(person).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_just_registered_and_signed_in_finds_an_empty_list() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let body = json!({ "email": ana.email, "password": PASSWORD });
    let token = api.post("/auth/login", body).send().expect(200).text("/access_token");
    let asked = |path: &str| api.get(path).bearer(&token).send().expect(200).json();
    assert_eq!(asked(TABLES), json!({ "tables": [] }));
    assert_eq!(asked(BASES), json!({ "bases": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn bases_and_their_tables_are_named_by_airtables_ids() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let orders = workspace(&api, &ana);
    let made = ["First", "Second"].map(|name| create(&api, &ana, &orders, name).expect(201));
    shown(&api, &ana, &made[1]);
    let ids = [made[0].text("/airtable_id"), made[1].text("/airtable_id")];
    let asked = |path: &str| api.get(path).by(&ana).send().expect(200);
    let bases = json!([{ "id": ids[0], "name": "First" }, { "id": ids[1], "name": "Second" }]);
    assert_eq!(asked(BASES).json(), json!({ "bases": bases }));
    let tables = asked(TABLES);
    let schema = asked(&format!("{BASES}/{}/schema", ids[1]));
    assert_eq!(tables.at("/tables").as_array().map(Vec::len), Some(4));
    for (place, name) in [(0, "Clients"), (1, "Invoices")] {
        let id = schema.text(&format!("/tables/{place}/id"));
        let expected = json!({ "id": id, "name": name, "base_id": ids[1] });
        assert_eq!(tables.at(&format!("/tables/{}", place + 2)), expected);
    }
    let native = asked(&format!("{}/schema", made[1].header("location").expect("a place")));
    assert_eq!((schema.at("/tables"), schema.text("/base_id")), (native.at("/tables"), ids[1].clone()));
    assert_eq!(schema.header("etag"), native.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_open_to_the_caller_is_not_there() {
    let team = Team::gather().await;
    let (open, closed) = (team.workspace("Open"), team.workspace("Closed"));
    let made = [&open, &closed].map(|at| create(&team.api, &team.owner, at, at).expect(201));
    shown(&team.api, &team.owner, &made[1]);
    let within = team.member(Role::Viewer, &[&open]).await;
    let outside = team.api.person();
    let asked = |person: &Person, path: &str| team.api.get(path).by(person).send();
    let ids = made.each_ref().map(|made| made.text("/airtable_id"));
    assert_eq!(
        asked(&within, BASES).expect(200).json(),
        json!({ "bases": [{ "id": ids[0], "name": open }] })
    );
    assert_eq!(asked(&within, TABLES).expect(200).at("/tables").as_array().map(Vec::len), Some(2));
    assert_eq!(asked(&outside, TABLES).expect(200).json(), json!({ "tables": [] }));
    asked(&within, &format!("{BASES}/{}/schema", ids[0])).expect(200);
    asked(&within, &format!("{BASES}/{}/schema", ids[1])).expect(404);
    asked(&outside, &format!("{BASES}/{}/schema", ids[0])).expect(404);
    asked(&within, &format!("{BASES}/nothing/schema")).expect(404);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_listed_page_by_page() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, &workspace(&api, &ana), "First").expect(201);
    let base = made.text("/airtable_id");
    for rows in (0..101).collect::<Vec<_>>().chunks(10) {
        let rows: Vec<_> =
            rows.iter().map(|row| json!({ "fields": { "Name": format!("Client {row}") } })).collect();
        api.post(&format!("/v0/{base}/Clients"), json!({ "records": rows })).by(&ana).send().expect(200);
    }
    let path = format!("{BASES}/{base}/tables/Clients/records");
    let first = api.get(&path).by(&ana).send().expect(200);
    assert_eq!(first.at("/records").as_array().map(Vec::len), Some(100));
    assert_eq!(first.text("/records/0/fields/Name"), "Client 0");
    let rest = api.get(&format!("{path}?offset={}", first.text("/offset"))).by(&ana).send().expect(200);
    assert_eq!(rest.at("/records").as_array().map(Vec::len), Some(1));
    assert_eq!(rest.text("/records/0/fields/Name"), "Client 100");
    assert_eq!(rest.json().get("offset"), None);
    api.get(&path).by(&api.person()).send().expect(404);
    api.get(&format!("{BASES}/{base}/tables/Nobody/records")).by(&ana).send().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_nothing_in_airtable_is_not_read_again() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let made = create(&api, &ana, &workspace(&api, &ana), "First").expect(201);
    shown(&api, &ana, &made);
    let asked = api.post("/api/v1/airtable/cache/invalidate", json!({})).by(&ana).send().expect(200);
    assert_eq!(asked.json(), json!({ "bases": [] }));
}
