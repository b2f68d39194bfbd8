//! What happens in a workspace is told to its webhooks: signed, in order, at least once and always under the same id.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::json;
use support::api::{Answer, Person, TestApi};
use support::receiver::{Received, Receiver};
use support::workers::SOON;
use support::{database, wait};
use workers::identity::deliver_webhooks::signature::{Message, signatures};

/// This machine may be spoken to here, and nowhere else.
const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");

struct House {
    api: TestApi,
    ana: Person,
    workspace: String,
}

impl House {
    async fn open(variables: &[(&str, &str)]) -> Self {
        let api = TestApi::start_with(variables).await;
        let ana = api.person();
        let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
        Self { workspace: made.text("/id"), api, ana }
    }

    fn add(&self, url: &str) -> Answer {
        let path = format!("/v1/workspaces/{}/webhooks", self.workspace);
        self.api.post(&path, json!({ "url": url })).by(&self.ana).send().expect(201)
    }

    fn post(&self, path: &str) -> Answer {
        self.api.post(path, json!({})).by(&self.ana).send()
    }

    /// Says where the event lies.
    fn rename(&self, name: &str) -> String {
        let path = format!("/v1/workspaces/{}", self.workspace);
        let seen = self.api.get(&path).by(&self.ana).send().expect(200);
        let change = self.api.call("PATCH", &path).json(json!({ "name": name })).by(&self.ana);
        let renamed = change.header("if-match", seen.header("etag").expect("an etag")).send();
        renamed.expect(200).header("airtide-position").expect("a position").to_owned()
    }

    async fn states(&self) -> Vec<(String, i64)> {
        sqlx::query_as("select state, count(*) from work where worker = 'deliver_webhooks' group by state order by state")
            .fetch_all(&mut database::superuser(&self.api.database_url).await)
            .await
            .expect("work can be counted")
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    wait::until_true(what, SOON, async || is_so()).await;
}

fn is_signed(received: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
    let seconds: i64 = received.header("webhook-timestamp").parse().expect("seconds");
    let message = Message {
        id: received.header("webhook-id"),
        time: Timestamp::from_second(seconds).expect("a time"),
        body: &received.body,
    };
    let expected = signatures(message, &[Secret::new(key)]);
    received.header("webhook-signature").split(' ').any(|each| each == expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_in_order_and_signed() {
    let house = House::open(&[EGRESS]).await;
    let receiver = Receiver::start(|_| 204);
    let secret = house.add(&receiver.url("/hook")).text("/secret");
    for name in ["One", "Two", "Three"] {
        house.rename(name);
    }
    until("three events", || receiver.received().len() == 3).await;
    let told = receiver.received();
    let names: Vec<_> = told.iter().map(|each| each.json()["data"]["name"].clone()).collect();
    assert_eq!(names, ["One", "Two", "Three"]);
    for each in &told {
        assert!(is_signed(each, &secret));
        assert_eq!(each.json()["id"], each.header("webhook-id"));
        assert!(!each.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")));
    }
    wait::until_true("all is settled", SOON, async || house.states().await == [("done".to_owned(), 3)]).await;
}

/// One that is away gets everything once it is back, the first first; others are not held up meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_is_tried_again_under_the_same_id() {
    let house = House::open(&[EGRESS]).await;
    let failing = Receiver::start(|number| if number == 1 { 503 } else { 200 });
    let sound = Receiver::start(|_| 200);
    let path = house.add(&failing.url("/hook")).header("location").expect("a place").to_owned();
    house.add(&sound.url("/hook"));
    house.rename("One");
    house.rename("Two");
    until("the other one has both", || sound.received().len() == 2).await;
    until("the first again, then the second", || failing.received().len() == 3).await;
    let ids: Vec<_> = failing.received().iter().map(|each| each.header("webhook-id").to_owned()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
    let deliveries = |house: &House| {
        let listed = house.api.get(&format!("{path}/deliveries")).by(&house.ana).send().expect(200);
        listed.at("/data").as_array().expect("a list").len()
    };
    until("three attempts are listed", || deliveries(&house) == 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let house = House::open(&[EGRESS]).await;
    let receiver = Receiver::start(|_| 410);
    let path = house.add(&receiver.url("/hook")).header("location").expect("a place").to_owned();
    house.rename("One");
    let is_enabled = || house.api.get(&path).by(&house.ana).send().expect(200).at("/enabled") == json!(true);
    until("it is disabled", || !is_enabled()).await;
    house.rename("Two");
    let settled = [("done".to_owned(), 1)];
    wait::until_true("nothing more is owed", SOON, async || house.states().await == settled).await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_and_a_redelivery_come_when_they_are_asked_for() {
    let house = House::open(&[EGRESS]).await;
    let receiver = Receiver::start(|_| 200);
    let path = house.add(&receiver.url("/hook")).header("location").expect("a place").to_owned();
    house.post(&format!("{path}/test")).expect(202);
    until("the test", || receiver.types("/hook") == ["webhook.test_requested"]).await;
    let position = house.rename("One");
    until("the event", || receiver.received().len() == 2).await;
    let id = receiver.received()[1].header("webhook-id").to_owned();
    let again =
        house.api.post(&format!("{path}/redeliver"), json!({ "position": position })).by(&house.ana).send();
    again.expect(202);
    until("the event again", || receiver.received().len() == 3).await;
    assert_eq!(receiver.received()[2].header("webhook-id"), id);
    assert_eq!(receiver.received()[2].body, receiver.received()[1].body);
}

/// What users name is guarded: without leave nothing goes to this machine.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_the_house_is_not_followed() {
    let house = House::open(&[]).await;
    let receiver = Receiver::start(|_| 200);
    let url = format!("http://localhost:{}/hook", receiver.address.port());
    let path = house.add(&url).header("location").expect("a place").to_owned();
    house.rename("One");
    let failed = || {
        let listed = house.api.get(&format!("{path}/deliveries")).by(&house.ana).send().expect(200);
        listed.body.contains("egress_blocked")
    };
    until("the delivery is refused", failed).await;
    assert!(receiver.received().is_empty());
}
