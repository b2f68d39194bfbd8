//! `GET /v1/events/stream`: what happens comes as it happens; a client that comes back misses nothing and gets nothing
//! twice.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;
use support::api::TestApi;
use support::processes;
use support::sse::Sse;
use support::team::Team;

/// Streams of one person, as the documents say.
const STREAMS_MAX: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_comes_as_it_happens_and_in_order() {
    let team = Team::gather().await;
    let (mut stream, begin) = Sse::follow(&team.api.url, &team.owner.token, "");
    let header = |name: &str| stream.head.to_ascii_lowercase().contains(name);
    assert!(header("content-type: text/event-stream"));
    assert!(header("cache-control: no-store"));
    assert!(header("x-accel-buffering: no"));

    let workspace = team.workspace("Orders");
    team.rename(&workspace, "Sales").await;
    let (created, renamed) = (stream.next_event(), stream.next_event());
    assert_eq!((created.event.as_str(), renamed.event.as_str()), ("workspace.created", "workspace.renamed"));
    assert_eq!(renamed.data["data"], json!({ "name": "Sales" }));
    assert_eq!(renamed.data["position"], json!(renamed.token()));
    let place = |token: &str| token.split_once(':').unwrap().1.parse::<i64>().unwrap();
    assert!(place(&begin) < place(created.token()) && place(created.token()) < place(renamed.token()));

    let listed = team.api.get(&format!("/v1/events?after={begin}")).by(&team.owner).send().expect(200);
    assert_eq!(listed.at("/data"), json!([created.data, renamed.data]), "the list says the same");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_back_goes_on_where_it_was() {
    let team = Team::gather().await;
    let (url, token) = (&team.api.url, &team.owner.token);
    let (mut stream, begin) = Sse::follow(url, token, "");
    let workspace = team.workspace("Orders");
    let first = stream.next_event();
    stream.cut();
    for number in 0..5 {
        team.rename(&workspace, &format!("Orders {number}")).await;
    }
    let names = |mut stream: Sse, count: usize| -> Vec<String> {
        let name = |_| stream.next_event().data["data"]["name"].as_str().unwrap().to_owned();
        (0..count).map(name).collect()
    };
    let missed = ["Orders 0", "Orders 1", "Orders 2", "Orders 3", "Orders 4"];
    let header = format!("last-event-id: {}", first.token());
    let after = format!("?after={}", first.token());
    assert_eq!(names(Sse::open(url, token, "", &[&header]), 5), missed);
    assert_eq!(names(Sse::open(url, token, &after, &[]), 5), missed);
    // A browser that reconnects asks for the address that it began with; what it saw since counts more.
    assert_eq!(names(Sse::open(url, token, &format!("?after={begin}"), &[&header]), 5), missed);
    assert_eq!(names(Sse::open(url, token, &after, &["last-event-id:"]), 5), missed);
    let from_begin = names(Sse::open(url, token, &format!("?after={begin}"), &[]), 6);
    assert_eq!(from_begin[1..], missed);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_where_no_stream_can_begin_is_refused_or_reset() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let open = |query: &str, headers: &[&str]| Sse::open(&api.url, &ana.token, query, headers);
    let (_, begin) = Sse::follow(&api.url, &ana.token, "");
    let (history, _) = begin.split_once(':').unwrap();
    assert_eq!(open(&format!("?after={history}:999999999"), &[]).status, 400);
    assert_eq!(open("?after=7", &[]).status, 400);
    assert_eq!(open("", &["last-event-id: 7"]).status, 400);
    assert_eq!(open("?type=workspace.painted", &[]).status, 400);
    assert_eq!(Sse::open(&api.url, "x", "", &[]).status, 401);

    let mut of_another = open("?after=00000000-0000-0000-0000-000000000000:1", &[]);
    assert_eq!(of_another.status, 200);
    let reset = of_another.next_frame().unwrap();
    assert_eq!((reset.event.as_str(), reset.token().split_once(':').unwrap().0), ("reset", history));
    assert_eq!(of_another.next_frame(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_stream_says_how_far_it_has_looked() {
    let team = Team::gather_with(&[]).await;
    let (url, token) = (&team.api.url, &team.owner.token);
    let (orders, sales) = (team.workspace("Orders"), team.workspace("Sales"));
    let query = format!("?workspace={orders}&type=workspace.renamed");
    let (mut stream, _) = Sse::follow(url, token, &query);
    let skipped = team.rename(&sales, "Sales 1").await;
    let watermark = stream.next_frame().unwrap();
    assert_eq!(watermark.event, "watermark");
    assert_eq!(watermark.token(), format!("{}:{}", skipped.incarnation, skipped.position));

    team.rename(&sales, "Sales 2").await;
    team.rename(&orders, "Orders 1").await;
    assert_eq!(stream.next_event().data["data"]["name"], "Orders 1");
    stream.cut();
    let mut resumed = Sse::open(url, token, &query, &[&format!("last-event-id: {}", watermark.token())]);
    assert_eq!(resumed.next_event().data["data"]["name"], "Orders 1");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_a_bounded_number_of_streams() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let mut held: Vec<Sse> = (0..STREAMS_MAX).map(|_| Sse::follow(&api.url, &ana.token, "").0).collect();
    let refused = Sse::open(&api.url, &ana.token, "", &[]);
    assert_eq!(refused.status, 429);
    assert!(refused.head.to_ascii_lowercase().contains("retry-after:"));
    let bob = api.person();
    Sse::follow(&api.url, &bob.token, "");
    held.pop().unwrap().cut();
    support::wait::until("a stream that was left is free again", Duration::from_secs(30), || {
        Sse::open(&api.url, &ana.token, "", &[]).status == 200
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_at_once_when_the_server_stops() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (mut stream, _) = Sse::follow(&api.url, &ana.token, "");
    let asked = Instant::now();
    processes::send(api.pid(), Signal::SIGTERM);
    let end = stream.next_frame().unwrap();
    assert_eq!((end.event.as_str(), &end.data["reason"]), ("end", &json!("server_stopping")));
    assert_eq!(stream.next_frame(), None);
    support::wait::until("the server has ended", Duration::from_secs(30), || !processes::is_alive(api.pid()));
    assert!(asked.elapsed() < Duration::from_secs(8), "took {:?}", asked.elapsed());
}
