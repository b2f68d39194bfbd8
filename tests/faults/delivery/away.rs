//! NATS is away, and nobody who uses the API notices.

use std::time::{Duration, Instant};

use support::api::call;
use support::random::Random;
use support::sse::Sse;
use support::wait;

use super::deployment::Deployment;
use super::load::{Client, Journal};

const AWAY_AT_LEAST: Duration = Duration::from_secs(10);
const AWAY_AT_MOST: Duration = Duration::from_secs(60);
/// Seconds on a busy machine; not the time that NATS is away.
const SOON: Duration = Duration::from_secs(5);
/// So long that everything made meanwhile is on one page of the list.
const PAUSE: Duration = Duration::from_secs(1);
const LIST_LIMIT: usize = 100;

/// Commands are acknowledged, lists show what was just written, and streams tell it.
pub fn go_on_without_a_broker(deployment: &mut Deployment, random: &mut Random) -> Journal {
    let mut client = Client::new("away", &deployment.door, random.branch("away"));
    client.sign_up();
    let url = deployment.door.url();
    let (mut stream, _) = Sse::follow(&url, &client.token, "");
    deployment.nats.kill();
    let longer = random.below((AWAY_AT_MOST - AWAY_AT_LEAST).as_secs() + 1);
    let back_at = Instant::now() + AWAY_AT_LEAST + Duration::from_secs(longer);
    while Instant::now() < back_at {
        let begun = Instant::now();
        let created = client.create();
        let position = created.header("airtide-position").expect("a position");
        let listed = call(&url, "GET", &format!("/v1/workspaces?limit={LIST_LIMIT}&wait_for={position}"))
            .bearer(&client.token);
        let listed = listed.send().expect(200);
        assert!(listed.body.contains(&created.text("/id")), "{}", listed.body);
        assert_eq!(stream.next_event().event, "workspace.created");
        assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
        wait::let_pass_here(PAUSE);
    }
    deployment.nats.start_again().expect("NATS starts again");
    client.journal
}
