//! `airtide log trace` shows every step of a webhook's journey: the command, its event, the work, and each attempt.

use serde_json::{Value, json};
use support::api::{Person, TestApi};
use support::projections::checkpoints_at_head;
use support::receiver::Receiver;
use support::workers::SOON;
use support::{database, wait};

use super::{command_on, text_of};

/// This machine may be spoken to here, and nowhere else.
const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");

struct House {
    api: TestApi,
    ana: Person,
    workspace: String,
}

impl House {
    async fn open() -> Self {
        let api = TestApi::start_with(&[EGRESS]).await;
        let ana = api.person();
        let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
        Self { workspace: made.text("/id"), api, ana }
    }

    /// A webhook that leads to a receiver.
    fn add(&self, receiver: &Receiver) -> String {
        let path = format!("/v1/workspaces/{}/webhooks", self.workspace);
        let added = self.api.post(&path, json!({ "url": receiver.url("/hook") })).by(&self.ana).send();
        added.expect(201).text("/id")
    }

    fn rename(&self, name: &str) {
        let path = format!("/v1/workspaces/{}", self.workspace);
        let seen = self.api.get(&path).by(&self.ana).send().expect(200);
        let change = self.api.call("PATCH", &path).json(json!({ "name": name })).by(&self.ana);
        change.header("if-match", seen.header("etag").expect("an etag")).send().expect(200);
    }

    async fn delivered(&self, times: i64) {
        let settled = "select count(*) from work where worker = 'deliver_webhooks' and state = 'done'";
        wait::until_true("it is delivered", SOON, async || {
            let mut admin = database::superuser(&self.api.database_url).await;
            sqlx::query_scalar::<_, i64>(settled).fetch_one(&mut admin).await.unwrap() == times
        })
        .await;
    }

    fn print(&self, arguments: &[&str]) -> String {
        text_of(command_on(&self.api.database_url, self.api.keys.path(), arguments).output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.print(&[arguments, &["--output", "json"]].concat())).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_webhook_is_there_with_the_time_it_took() {
    let receiver = Receiver::start(|number| if number == 1 { 503 } else { 204 });
    let house = House::open().await;
    let webhook = house.add(&receiver);
    house.rename("Sales");
    house.delivered(1).await;
    checkpoints_at_head(&house.api.database_url, SOON).await;
    let renamed = house.json(&["read", "--type", "workspace.renamed"])[0].clone();
    let correlation = renamed["correlation_id"].as_str().unwrap();

    let trace = house.json(&["trace", correlation]);
    assert_eq!((&trace["correlation_id"], &trace["events"]), (&json!(correlation), &json!(3)));
    let command = &trace["commands"][0];
    assert_eq!((&command["actor"], &command["after_ms"]), (&renamed["actor"], &json!(null)));
    let event = &command["events"][0];
    assert_eq!((&event["id"], &event["type"]), (&renamed["id"], &json!("workspace.renamed")));
    let work = &event["work"][0];
    assert_eq!((&work["worker"], &work["part"]), (&json!("deliver_webhooks"), &json!(webhook)));
    assert_eq!((&work["state"], &work["attempt"], &work["failures"]), (&json!("done"), &json!(2), &json!(1)));
    let attempts = work["commands"].as_array().unwrap();
    let types: Vec<&Value> = attempts.iter().map(|attempt| &attempt["events"][0]["type"]).collect();
    assert_eq!(types, ["webhook.delivery_failed", "webhook.delivered"]);
    let after = |step: &Value| step["after_ms"].as_f64().unwrap();
    assert!(after(work) >= 0.0 && after(&attempts[0]) >= 0.0 && after(&attempts[1]) > after(&attempts[0]));
    assert!(work["took_ms"].as_f64().unwrap() > after(&attempts[0]));
    assert_eq!(trace["commands"].as_array().unwrap().len() + event["commands"].as_array().unwrap().len(), 1);

    let lines = house.print(&["trace", correlation]);
    let steps: Vec<&str> = lines.lines().skip(1).map(|line| line.trim_end()).collect();
    let begins = [
        "command ",
        "  event ",
        "    work deliver_webhooks/",
        "      command ",
        "        event ",
        "      command ",
        "        event ",
    ];
    assert_eq!(steps.len(), begins.len(), "{lines}");
    assert!(steps.iter().zip(begins).all(|(step, begin)| step.starts_with(begin)), "{lines}");

    let shown = house.json(&["show", renamed["id"].as_str().unwrap()]);
    assert_eq!(shown["caused"].as_array().unwrap().len(), 2);
    assert_eq!(shown["work"][0]["claim"], work["claim"]);

    // Where the index cannot be relied on, the log itself is searched, and says the same.
    let parked = "update projection_checkpoints set parked_keys = 1 where name = 'event_index'";
    sqlx::query(parked).execute(&mut database::superuser(&house.api.database_url).await).await.unwrap();
    assert_eq!(house.json(&["trace", correlation]), trace);
}

/// Both act under the name of the worker: what an attempt writes about says which of them it is of.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_hang_at_the_webhook_that_they_were_made_for() {
    let house = House::open().await;
    let receivers = [Receiver::start(|number| if number == 1 { 503 } else { 204 }), Receiver::start(|_| 204)];
    let webhooks = receivers.each_ref().map(|receiver| house.add(receiver));
    house.rename("Sales");
    house.delivered(2).await;
    let renamed = house.json(&["read", "--type", "workspace.renamed"])[0].clone();
    let trace = house.json(&["trace", renamed["correlation_id"].as_str().unwrap()]);
    let event = &trace["commands"][0]["events"][0];
    assert_eq!((event["work"].as_array().unwrap().len(), &event["commands"]), (2, &json!([])));
    for (webhook, attempts) in webhooks.iter().zip([2, 1]) {
        let work = event["work"].as_array().unwrap().iter().find(|work| work["part"] == *webhook).unwrap();
        let commands = work["commands"].as_array().unwrap();
        assert_eq!(commands.len(), attempts, "{work}");
        let stream = format!("{}/webhook/{webhook}", house.ana.tenant);
        assert!(commands.iter().all(|command| command["events"][0]["stream"] == stream), "{work}");
    }
}
