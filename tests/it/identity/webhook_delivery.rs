//! A delivery from the log to a receiver of this machine: told as CloudEvents has it, signed, and past the guard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use adapters::http::{EgressPolicy, GuardedClient, parse_networks};
use domain::identity::ports::{WebClient, WebFault};
use domain::secret::Secret;
use eventstore::event::Recorded;
use serde_json::{Value, json};
use support::log::{TestLog, command, create, rename, request};
use workers::identity::deliver_webhooks::owed::{Owed, owed};
use workers::identity::deliver_webhooks::signature::{Message, signatures};
use workers::identity::deliver_webhooks::verdict::{self, Verdict};
use workers::identity::deliver_webhooks::{body, request as delivery};

/// Takes one request, answers it with 204 and says what it was: the head and the body.
fn receiver() -> (SocketAddr, JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let taking = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            stream.read_line(&mut head).expect("a line");
        }
        let length = value(&head, "content-length").parse().expect("a length");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).expect("a body");
        stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").expect("the client reads");
        (head, body)
    });
    (address, taking)
}

fn value(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
    found.unwrap_or_else(|| panic!("no {name} in {head}")).1.to_owned()
}

/// Nobody is allowed what is private; with `allow`, this machine is.
fn client(allow: &str) -> GuardedClient {
    GuardedClient::new(EgressPolicy::new(parse_networks(allow).expect("networks"), [])).expect("a client")
}

async fn renamed(log: &TestLog) -> Recorded {
    command(&log.executor(), &request(), "wsp_1", create("Invoices")).await.expect("it is created");
    let receipt =
        command(&log.executor(), &request(), "wsp_1", rename("Bills")).await.expect("it is renamed");
    let events = log.log.reader().between(receipt.position, receipt.position).await.expect("the event");
    events.into_iter().next().expect("one event")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_signed_and_as_it_lies_in_the_log() {
    let log = TestLog::open().await;
    let event = renamed(&log).await;
    assert!(matches!(owed(&event), Owed::ToThoseOf(workspace) if workspace.as_str() == "wsp_1"));
    let told = body::of(log.log.reader().sealer(), &event).await.expect("a body");
    let id = event.meta().expect("metadata").event_id.to_string();

    let (address, taking) = receiver();
    let secrets = [Secret::new(vec![1; 32]), Secret::new(vec![2; 32])];
    let now = jiff::Timestamp::now();
    let request = delivery::to_send(&format!("http://{address}/hook?a=b"), &id, told, &secrets, now);
    let answer = client("127.0.0.1/32").send(request).await;
    assert_eq!(verdict::of(&answer, now), Verdict::Delivered { status: 204 });

    let (head, body) = taking.join().expect("the receiver ends well");
    assert!(head.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{head}");
    let told: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((&told["id"], &told["type"]), (&json!(id), &json!("workspace.renamed")));
    assert_eq!((&told["data"], &told["time"]), (&json!({ "name": "Bills" }), &json!(event.recorded_at)));
    let expected = signatures(Message { id: &id, time: now, body: &body }, &secrets);
    assert_eq!((value(&head, "webhook-id"), value(&head, "webhook-signature")), (id, expected));
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_of_this_machine_is_blocked_and_told_nothing_unless_it_is_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it need not wait");
    let port = listener.local_addr().expect("an address").port();
    for host in ["127.0.0.1", "localhost", "2130706433"] {
        let url = format!("http://{host}:{port}/");
        let now = jiff::Timestamp::now();
        let answer = client("").send(delivery::to_send(&url, "evt_1", Vec::new(), &[], now)).await;
        assert_eq!(answer, Err(WebFault::Blocked), "{host}");
        let never = Verdict::Never { reason: "egress_blocked", status: None };
        assert_eq!(verdict::of(&answer, now), never);
    }
    assert!(listener.accept().is_err(), "nobody came by");
}
