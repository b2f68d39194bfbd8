//! `/v1/ops/relay`: how far the broker has the log, and who reads it there.

use serde_json::{Value, json};
use support::api::TestApi;
use support::broker;
use support::operator::Operator;
use support::wait;

const SOON: std::time::Duration = std::time::Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_it_is_off() {
    let api = TestApi::shared().await;
    api.person();
    let seen = Operator::of(&api).get("/v1/ops/relay").expect(200).json();
    assert_eq!((&seen["state"], &seen["stream"]), (&json!("off"), &Value::Null));
    assert!(seen["head"].as_i64().unwrap() >= 3, "{seen}");
}

/// One process relays and another reads what it relayed, so there is a consumer; then the broker goes away.
#[tokio::test(flavor = "multi_thread")]
async fn the_stream_is_followed_with_its_readers_until_the_broker_goes() {
    let nats = broker::start();
    let api = TestApi::start_with(&[("NATS_URL", &nats.url())]).await;
    let reader = api.another_with("api", &[("NATS_URL", &nats.url())]);
    api.person();
    let operator = Operator::of(&api);
    let seen = || operator.get("/v1/ops/relay").expect(200).json();
    wait::until("all is relayed and read", SOON, || {
        let holds = &seen()["stream"]["holds"];
        holds["lag"] == 0 && holds["consumers"][0]["behind"] == 0
    });
    let told = seen();
    assert_eq!((&told["state"], &told["stream"]["generation"]), (&json!("copy"), &json!(1)));
    let holds = &told["stream"]["holds"];
    assert_eq!((&holds["published"], &holds["oldest"]), (&told["head"], &json!(1)));
    assert_eq!(holds["consumers"].as_array().unwrap().len(), 1, "{told}");
    reader.terminate();

    drop(nats);
    let away = seen();
    assert_eq!((&away["state"], &away["stream"]["holds"]), (&json!("unreachable"), &Value::Null));
    assert_eq!(away["stream"]["generation"], 1);
}
