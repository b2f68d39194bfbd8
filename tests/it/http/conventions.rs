//! Keys, versions, positions and pages, on the smallest resource there is.

use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};

fn create(api: &TestApi, person: &Person, name: &str) -> Answer {
    api.post("/v1/workspaces", json!({ "name": name })).by(person).send().expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_has_one_outcome() {
    let api = TestApi::shared().await;
    let person = api.person();
    let send = |key: &str, name: &str| {
        api.post("/v1/workspaces", json!({ "name": name })).by(&person).key(key).send()
    };

    let first = send("order-1", "Orders").expect(201);
    assert_eq!(first.header("idempotency-key"), Some("order-1"));
    assert_eq!(first.header("idempotency-replayed"), None);
    let again = send("order-1", "Orders").expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.text("/id"), first.text("/id"));
    assert_eq!(again.header("airtide-position"), first.header("airtide-position"));
    assert_eq!(again.header("location"), first.header("location"));

    assert_eq!(send("order-1", "Other").expect(422).text("/code"), "key_reused");
    assert_eq!(send("with space", "Orders").expect(400).text("/code"), "bad_idempotency_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_one_is_given_that_works() {
    let api = TestApi::shared().await;
    let person = api.person();
    let first = create(&api, &person, "Orders");
    let key = first.header("idempotency-key").expect("a key that was drawn").to_owned();
    let again =
        api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&person).key(&key).send().expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.text("/id"), first.text("/id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_says_where_it_is_and_a_change_names_its_version() {
    let api = TestApi::shared().await;
    let person = api.person();
    let made = create(&api, &person, "Orders");
    let place = made.header("location").expect("a place").to_owned();
    assert_eq!(place, format!("/v1/workspaces/{}", made.text("/id")));
    assert_eq!(made.header("etag"), Some("\"1\""));

    let change = |headers: &[(&str, &str)], name: &str| {
        let call = api.call("PATCH", &place).json(json!({ "name": name })).by(&person);
        headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
    };
    assert_eq!(change(&[], "A").expect(428).text("/code"), "precondition_required");
    assert_eq!(change(&[("if-match", "1")], "A").expect(400).text("/code"), "bad_if_match");
    assert_eq!(change(&[("if-match", "\"7\"")], "A").expect(412).text("/code"), "changed_meanwhile");
    assert_eq!(change(&[("if-match", "W/\"1\"")], "A").expect(412).text("/code"), "changed_meanwhile");
    assert_eq!(change(&[("if-match", "\"1\"")], "A").expect(200).header("etag"), Some("\"2\""));
    assert_eq!(change(&[("if-match", "\"1\", \"2\"")], "B").expect(200).header("etag"), Some("\"3\""));
    assert_eq!(change(&[("if-match", "*")], "C").expect(200).header("etag"), Some("\"4\""));

    let read = api.get(&place).by(&person).send().expect(200);
    assert_eq!((read.header("etag"), read.text("/name").as_str()), (Some("\"4\""), "C"));
    let seen = api.get(&place).by(&person).header("if-none-match", "\"4\"").send().expect(304);
    assert_eq!((seen.body.as_str(), seen.header("etag")), ("", Some("\"4\"")));
    api.get(&place).by(&person).header("if-none-match", "\"3\"").send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_waits_for_the_position_of_a_write() {
    let api = TestApi::shared().await;
    let person = api.person();
    for number in 0..20 {
        let made = create(&api, &person, &format!("Orders {number}"));
        let position = made.header("airtide-position").expect("a position").to_owned();
        let list = api.get(&format!("/v1/workspaces?wait_for={position}")).by(&person).send().expect(200);
        let data = list.at("/data");
        assert!(data.as_array().expect("rows").iter().any(|row| row["id"] == made.at("/id")), "{data}");
    }

    let made = create(&api, &person, "Last");
    let position = made.header("airtide-position").expect("a position");
    let (incarnation, _) = position.split_once(':').expect("two parts");
    let ahead =
        api.get(&format!("/v1/workspaces?wait_for={incarnation}:999999")).by(&person).send().expect(400);
    assert_eq!(ahead.text("/errors/0/pointer"), "/wait_for");
    let other = "/v1/workspaces?wait_for=00000000-0000-7000-8000-000000000000:1";
    assert_eq!(api.get(other).by(&person).send().expect(409).text("/code"), "other_incarnation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_page_by_page_with_nothing_twice_and_nothing_missing() {
    let api = TestApi::shared().await;
    let person = api.person();
    let mut position = String::new();
    for number in 0..7 {
        let made = create(&api, &person, &format!("Orders {number}"));
        position = made.header("airtide-position").expect("a position").to_owned();
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api
            .get(&format!("/v1/workspaces?limit=3&wait_for={position}{cursor}"))
            .by(&person)
            .send()
            .expect(200);
        seen.extend(page.at("/data").as_array().expect("rows").iter().map(|row| row["id"].clone()));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 8, "seven and the first one, which came with the tenant");
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 8);
}
