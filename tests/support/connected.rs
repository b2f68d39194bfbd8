//! A base of the stand-in that is connected to a server here.

use std::time::Duration;

use serde_json::json;

use crate::api::{Person, TestApi};
use crate::stand_in::StandIn;
use crate::wait;

const READ_WITHIN: Duration = Duration::from_secs(60);

/// What a server has to be told that connects bases of a stand-in.
pub fn variables(airtable: &StandIn) -> [(&'static str, &str); 3] {
    [
        ("AIRTIDE__AIRTABLE__ROOT", airtable.text("airtable_url")),
        ("AIRTIDE__AIRTABLE__REQUESTS_PER_MINUTE", "1000000"),
        ("AIRTIDE__AIRTABLE__POLL_MS", "100"),
    ]
}

/// Connects the base that the stand-in names, and waits until all of it is here; its id of ours.
pub async fn base(api: &TestApi, person: &Person, workspace: &str, airtable: &StandIn) -> String {
    let token = json!({ "token": airtable.text("token") });
    let connection = api.post("/v1/airtable/connections", token).by(person).send().expect(201).text("/id");
    let body = json!({ "connection": connection, "airtable_id": airtable.text("base_id") });
    let path = format!("/v1/workspaces/{workspace}/bases/connect");
    let base = api.post(&path, body).by(person).send().expect(201).text("/id");
    let sync = format!("/v1/bases/{base}/sync");
    wait::until_true("the base is read", READ_WITHIN, async || {
        api.get(&sync).by(person).send().expect(200).text("/status") == "live"
    })
    .await;
    base
}
