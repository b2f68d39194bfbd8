//! A process that is told to stop answers what it has begun, lets idle clients go, and ends.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use support::api::TestApi;
use support::http::Connection;
use support::{processes, wait};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_answered_and_idle_connections_go() {
    let api = TestApi::start().await;
    let mut idle = Connection::open(&api.url);
    assert_eq!(idle.get("/health/live").status, 200);
    let silent = Connection::open(&api.url);
    let mut under_way = Connection::open(&api.url);
    let body = r#"{"identifier":"nobody","password":"orchard in the rain"}"#;
    under_way.send(&format!(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        body.len(),
        &body[..10]
    ));
    // The three are known to the server once a later one is answered.
    assert_eq!(Connection::open(&api.url).get("/health/live").status, 200);

    let told = Instant::now();
    processes::send(api.pid(), Signal::SIGTERM);
    assert_eq!(idle.closed(), "");
    assert_eq!(silent.closed(), "");
    let address = api.url.strip_prefix("http://").expect("an address");
    wait::until("the listener closes", PATIENCE, || TcpStream::connect(address).is_err());

    under_way.send(&body[10..]);
    let answer = under_way.answer().expect("the request is still answered");
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(under_way.closed(), "");
    wait::until("the process ends", PATIENCE, || !processes::is_alive(api.pid()));
    assert!(told.elapsed() < PATIENCE);
}
