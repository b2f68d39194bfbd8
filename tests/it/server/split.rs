//! One process for each role, on one Postgres and one NATS: together they are the whole product.

use serde_json::json;
use server::dev::nats::PrivateNats;
use support::api::{Node, TestApi};
use support::receiver::Receiver;
use support::sse::Sse;
use support::workers::SOON;
use support::{broker, database, wait};

/// Who logs in to the broker under which name.
const USERS: [(&str, &str); 3] = [("relay", "relay"), ("projections", "reader"), ("workers", "reader")];
const MAILBOX: (&str, &str) = ("AIRTIDE__MAIL__MAILBOX", "true");
/// This machine may be spoken to here, and nowhere else.
const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");

struct Split {
    api: TestApi,
    nats: PrivateNats,
    _others: Vec<Node>,
}

impl Split {
    async fn start() -> Self {
        let nats = broker::start();
        let api = TestApi::start_roles("api", &[MAILBOX, EGRESS, ("NATS_URL", &nats.url_of("reader"))]).await;
        let other = |(role, user): (&str, &str)| {
            api.another_with(role, &[MAILBOX, EGRESS, ("NATS_URL", &nats.url_of(user))])
        };
        let others = USERS.map(other).into();
        Self { api, nats, _others: others }
    }

    async fn relayed(&self) -> u64 {
        let Some(name) = broker::stream_begun(&self.api.database_url).await else { return 0 };
        let broker = broker::connected(&self.nats).await;
        let found = broker.context().get_stream(name).await;
        found.map_or(0, |stream| stream.cached_info().state.messages)
    }

    async fn head(&self) -> u64 {
        let head: i64 = sqlx::query_scalar("select max(position) from events")
            .fetch_one(&mut database::superuser(&self.api.database_url).await)
            .await
            .expect("the log is read");
        head as u64
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_are_the_whole_product() {
    let split = Split::start().await;
    let api = &split.api;
    let ana = api.person();
    let (mut stream, _) = Sse::follow(&api.url, &ana.token, "");

    let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let (workspace, position) = (made.text("/id"), made.header("airtide-position").expect("a position"));
    let listed = api.get(&format!("/v1/workspaces?wait_for={position}")).by(&ana).send().expect(200);
    assert!(listed.body.contains(&workspace), "{}", listed.body);
    assert_eq!(stream.next_event().event, "workspace.created");

    let path = format!("/v1/workspaces/{workspace}");
    let receiver = Receiver::start(|_| 204);
    let webhook = json!({ "url": receiver.url("/hook") });
    api.post(&format!("{path}/webhooks"), webhook).by(&ana).send().expect(201);
    let etag = made.header("etag").expect("an etag");
    let renaming = api.call("PATCH", &path).json(json!({ "name": "Bills" })).by(&ana);
    renaming.header("if-match", etag).send().expect(200);
    wait::until_true("the webhook comes", SOON, async || receiver.types("/hook") == ["workspace.renamed"])
        .await;

    let greeted = || api.get("/dev/mail").send().expect(200).body.contains(&ana.email);
    wait::until_true("the mail comes", SOON, async || greeted()).await;
    wait::until_true("everything is relayed", SOON, async || split.relayed().await == split.head().await)
        .await;
}
