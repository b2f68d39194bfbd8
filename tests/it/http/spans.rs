//! Spans go to the collector that the environment names, below the spans of callers; a collector that is not there
//! hinders nothing.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use support::http;

use super::process::Talking;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes whatever is posted and passes it on.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = sender.send(posted(stream));
        }
    });
    (url, received)
}

fn posted(mut stream: TcpStream) -> Vec<u8> {
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).expect("the exporter sends");
        text.extend_from_slice(&buffer[..read]);
        if read == 0 || is_whole(&text) {
            break;
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("the exporter reads");
    text
}

fn is_whole(text: &[u8]) -> bool {
    let Some(end) = find(text, b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&text[..end]).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    length
        .and_then(|length| length.parse::<usize>().ok())
        .is_some_and(|length| text.len() >= end + 4 + length)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"));
    pairs.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_span_of_a_request_is_kept_below_its_callers() {
    let (endpoint, received) = collector();
    let server =
        Talking::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "100")])
            .await;
    let sent = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01");
    let answer = http::request("GET", &server.url(), "/health/live", &[&sent]);
    let answered = answer.header("traceparent").expect("a trace").to_owned();
    let span = answered.split('-').nth(2).expect("a span");

    let post = loop {
        let post = received.recv_timeout(PATIENCE).expect("spans arrive");
        if find(&post, &bytes(TRACE)).is_some() {
            break post;
        }
    };
    assert!(post.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    for part in
        [&bytes(span)[..], &bytes("00f067aa0ba902b7"), b"GET /health/live", b"service.name", b"airtide"]
    {
        assert!(find(&post, part).is_some(), "{part:?} is not in the post");
    }
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_hinders_nothing() {
    let unused = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let endpoint = format!("http://{unused}");
    let server =
        Talking::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "50")])
            .await;
    let url = server.url();
    for _ in 0..20 {
        assert_eq!(http::get(&url, "/health/live").status, 200);
    }
    server.told("the collector does not take spans");
    assert_eq!(http::get(&url, "/health/live").status, 200);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_does_not_fail_the_start() {
    let server = Talking::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "not an address")]).await;
    assert_eq!(http::get(&server.url(), "/health/live").status, 200);
    server.stop();
}
