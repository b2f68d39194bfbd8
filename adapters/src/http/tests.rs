//! The guarded client against a server of this machine: where it goes, where it does not, and how long it waits.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::identity::ports::WebHeader;
use domain::secret::Secret;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Generous: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);
/// For what shall run into a limit.
const SHORT: Duration = Duration::from_millis(200);

/// A server that answers each path with fixed bytes, and remembers what it was asked.
struct Site {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

/// Whether the connection stays open after the answer.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    Hold,
}

impl Site {
    async fn start(answer: impl Fn(&str) -> (String, Then) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &kept, &*answer).await });
            }
        });
        Self { address, seen }
    }

    /// One whose every answer is the same.
    async fn saying(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::start(move |_| (answer.clone(), Then::Close)).await
    }

    fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<String>>,
    answer: &(dyn Fn(&str) -> (String, Then) + Sync),
) {
    let mut stream = BufReader::new(stream);
    let request = read_request(&mut stream).await;
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(request);
    let (text, then) = answer(&path);
    let _ = stream.get_mut().write_all(text.as_bytes()).await;
    if then == Then::Hold {
        // Until the client goes.
        let _ = stream.read(&mut [0]).await;
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await.is_ok_and(|read| read > 0) {}
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body).await;
    head + &String::from_utf8_lossy(&body)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn redirect(location: &str) -> String {
    format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")
}

/// Names that lead where a test says.
#[derive(Default)]
struct TestNames {
    known: HashMap<&'static str, Vec<&'static str>>,
    asked: AtomicUsize,
}

impl TestNames {
    fn knowing(known: &[(&'static str, &[&'static str])]) -> Arc<Self> {
        let known = known.iter().map(|(name, addresses)| (*name, addresses.to_vec())).collect();
        Arc::new(Self { known, asked: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Names for TestNames {
    async fn look_up(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let known = self.known.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(known.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect())
    }
}

fn client(allowed: &str, names: Arc<dyn Names>) -> GuardedClient {
    let policy = EgressPolicy::new(parse_networks(allowed).unwrap(), []);
    GuardedClient {
        policy,
        names,
        tls: tls::connector().unwrap(),
        connect_within: PATIENCE,
        answer_within: PATIENCE,
    }
}

/// Allows the server of a test, and nothing else of this machine.
fn open_client(names: Arc<dyn Names>) -> GuardedClient {
    client("127.0.0.1/32", names)
}

fn get(url: String) -> WebRequest {
    WebRequest {
        method: WebMethod::Get,
        url,
        headers: Vec::new(),
        body: Vec::new(),
        redirects_max: REDIRECTS_MAX,
        answer_bytes_max: 1_000,
    }
}

fn header(name: &str, is_secret: bool) -> WebHeader {
    WebHeader { name: name.into(), value: Secret::new("x".into()), is_secret }
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_blocked() {
    let site = Site::saying(ok("inside")).await;
    let client = client("", Arc::new(SystemNames));
    assert_eq!(client.check(&site.url("localhost", "/")), Ok(()), "a name alone says nothing");
    assert_eq!(client.send(get(site.url("localhost", "/"))).await, Err(WebFault::Blocked));
    assert_eq!(client.send(get(site.url("127.0.0.1", "/"))).await, Err(WebFault::Blocked));
    assert!(site.seen().is_empty());
}

#[tokio::test]
async fn one_blocked_address_spoils_a_name_and_nobody_is_dialled() {
    let site = Site::saying(ok("inside")).await;
    let names = TestNames::knowing(&[("hooks.test", &["127.0.0.1", "10.0.0.1"])]);
    let request = get(site.url("hooks.test", "/"));
    assert_eq!(open_client(names).send(request).await, Err(WebFault::Blocked));
    assert!(site.seen().is_empty());
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_dialled_where_it_was_found() {
    let site = Site::saying(ok("hello")).await;
    let names = TestNames::knowing(&[("hooks.test", &["127.0.0.1"])]);
    let mut request = get(site.url("hooks.test", "/a?b=c"));
    request.method = WebMethod::Post;
    request.body = b"text".to_vec();
    request.headers = vec![header("x-mine", false), header("host", false)];
    let answer = open_client(names.clone()).send(request).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.is_cut), (200, &b"hello"[..], false));
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
    let seen = &site.seen()[0];
    assert!(seen.starts_with("POST /a?b=c HTTP/1.1\r\n") && seen.ends_with("\r\n\r\ntext"), "{seen}");
    assert!(seen.contains(&format!("host: hooks.test:{}\r\n", site.address.port())), "{seen}");
    assert!(seen.contains("x-mine: x\r\n") && !seen.contains("host: x"), "{seen}");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_blocked() {
    let site = Site::start(|path| {
        let to = if path == "/name" { "http://inside.test:8080/" } else { "http://10.0.0.1:8080/" };
        (redirect(to), Then::Close)
    })
    .await;
    let client = open_client(TestNames::knowing(&[("inside.test", &["10.0.0.1"])]));
    for path in ["/address", "/name"] {
        let request = get(site.url("127.0.0.1", path));
        assert_eq!(client.send(request).await, Err(WebFault::Blocked), "{path}");
    }
}

#[tokio::test]
async fn a_redirect_leads_nowhere_that_a_request_may_not_go() {
    let cases = [
        ("http://127.2:3000/", WebFault::Blocked),
        ("//169.254.169.254/latest/meta-data/", WebFault::Blocked),
        ("http://[::ffff:10.0.0.1]/", WebFault::Blocked),
        ("http://0x7f000002:3000/", WebFault::Blocked),
        ("http://[::1]:3000/", WebFault::Blocked),
        ("http://127.0.0.1:22/", WebFault::Blocked),
        ("file:///etc/passwd", WebFault::BadUrl),
        ("gopher://127.0.0.1:6379/_INFO", WebFault::BadUrl),
        ("http://ana:secret@127.0.0.1:3000/", WebFault::BadUrl),
    ];
    for (location, fault) in cases {
        let site = Site::saying(redirect(location)).await;
        let names = TestNames::knowing(&[("hooks.test", &["127.0.0.1"])]);
        let answer = open_client(names).send(get(site.url("hooks.test", "/"))).await;
        assert_eq!(answer, Err(fault), "{location}");
        assert_eq!(site.seen().len(), 1, "{location}");
    }
}

/// A name that leads elsewhere each time it is asked for.
struct Turning(Mutex<Vec<&'static str>>);

#[async_trait]
impl Names for Turning {
    async fn look_up(&self, _: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let next = self.0.lock().unwrap().pop().ok_or(io::ErrorKind::NotFound)?;
        Ok(vec![SocketAddr::new(next.parse().unwrap(), port)])
    }
}

#[tokio::test]
async fn a_name_that_turns_inwards_between_two_hops_is_blocked_there() {
    for inner in ["10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"] {
        let site = Site::start(|path| match path {
            "/first" => (redirect("/second"), Then::Close),
            _ => (ok("inside"), Then::Close),
        })
        .await;
        let turning = Arc::new(Turning(Mutex::new(vec![inner, "127.0.0.1"])));
        let answer = open_client(turning.clone()).send(get(site.url("turning.test", "/first"))).await;
        assert_eq!((answer, site.seen().len()), (Err(WebFault::Blocked), 1), "{inner}");
        assert!(turning.0.lock().unwrap().is_empty(), "each hop asked once");
    }
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_post_follows_none() {
    let site = Site::start(|path| match path {
        "/0" => (ok("there"), Then::Close),
        path => {
            let left: u8 = path[1..].parse().unwrap();
            (redirect(&format!("/{}", left - 1)), Then::Close)
        }
    })
    .await;
    let client = open_client(Arc::<TestNames>::default());
    let answer = client.send(get(site.url("127.0.0.1", "/3"))).await.unwrap();
    assert_eq!(answer.body, b"there");
    let farther = client.send(get(site.url("127.0.0.1", "/4"))).await;
    assert_eq!(farther, Err(WebFault::TooManyRedirects));
    let post = WebRequest { method: WebMethod::Post, ..get(site.url("127.0.0.1", "/3")) };
    assert_eq!(client.send(post).await.unwrap().status, 307);
}

#[tokio::test]
async fn a_secret_goes_to_no_other_origin_and_not_back_again_either() {
    let site = Site::saying(ok("")).await;
    let across = Site::saying(redirect(&site.url("127.0.0.1", "/4"))).await;
    let first = Site::start({
        let across = across.url("other.test", "/3");
        move |path| {
            if path == "/1" { (redirect("/2"), Then::Close) } else { (redirect(&across), Then::Close) }
        }
    })
    .await;
    let client = open_client(TestNames::knowing(&[("other.test", &["127.0.0.1"])]));
    let mut request = get(first.url("127.0.0.1", "/1"));
    request.headers = vec![header("authorization", true), header("x-mine", false)];
    client.send(request).await.unwrap();
    let told = |site: &Site| -> Vec<bool> {
        site.seen().iter().map(|seen| seen.contains("authorization: x")).collect()
    };
    assert_eq!(told(&first), [true, true]);
    assert_eq!((told(&across), told(&site)), (vec![false], vec![false]));
    assert!(site.seen()[0].contains("x-mine: x"));
}

#[tokio::test]
async fn a_body_that_does_not_end_is_given_up() {
    let site =
        Site::start(|_| ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbegin".into(), Then::Hold)).await;
    let client = GuardedClient { answer_within: SHORT, ..open_client(Arc::<TestNames>::default()) };
    assert_eq!(client.send(get(site.url("127.0.0.1", "/"))).await, Err(WebFault::TimedOut));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let site = Site::start(|_| (String::new(), Then::Hold)).await;
    let client = GuardedClient { answer_within: SHORT, ..open_client(Arc::<TestNames>::default()) };
    assert_eq!(client.send(get(site.url("127.0.0.1", "/"))).await, Err(WebFault::TimedOut));
}

#[tokio::test]
async fn of_a_huge_body_no_more_is_read_than_was_asked_for() {
    let site = Site::saying(ok(&"x".repeat(5_000_000))).await;
    let client = open_client(Arc::<TestNames>::default());
    let answer = client.send(get(site.url("127.0.0.1", "/"))).await.unwrap();
    assert_eq!((answer.body.len(), answer.is_cut), (1_000, true));
    let exact = Site::saying(ok(&"x".repeat(1_000))).await;
    let answer = client.send(get(exact.url("127.0.0.1", "/"))).await.unwrap();
    assert_eq!((answer.body.len(), answer.is_cut), (1_000, false));
}

#[tokio::test]
async fn what_is_no_answer_in_http_is_a_broken_one() {
    let client = open_client(Arc::<TestNames>::default());
    let endless_head = format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(1_000_000));
    for answer in
        ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", &endless_head]
    {
        let site = Site::saying(answer).await;
        let answer = client.send(get(site.url("127.0.0.1", "/"))).await;
        assert_eq!(answer, Err(WebFault::Broken));
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let client = open_client(Arc::<TestNames>::default());
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let unreachable = client.send(get(format!("http://{nobody}/"))).await;
    assert_eq!(unreachable, Err(WebFault::Unreachable));
    let unknown = client.send(get("http://nowhere.test/".into())).await;
    assert_eq!(unknown, Err(WebFault::NameNotFound));
    let plain = Site::saying("no TLS here\r\n").await;
    let untrusted = client.send(get(plain.url("127.0.0.1", "/").replace("http:", "https:"))).await;
    assert_eq!(untrusted, Err(WebFault::NotTrusted));
}

#[tokio::test]
async fn a_header_that_would_break_out_of_its_line_is_not_sent() {
    let site = Site::saying(ok("")).await;
    let client = open_client(Arc::<TestNames>::default());
    let mut request = get(site.url("127.0.0.1", "/"));
    let value = Secret::new("a\r\nx-other: b".to_owned());
    request.headers = vec![WebHeader { name: "x-mine".into(), value, is_secret: false }];
    assert_eq!(client.send(request).await, Err(WebFault::BadHeaders));
    assert!(site.seen().is_empty());
}

#[tokio::test]
async fn an_answer_keeps_what_it_says_about_coming_back() {
    let site = Site::saying("HTTP/1.1 503 Busy\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n").await;
    let client = open_client(Arc::<TestNames>::default());
    let answer = client.send(get(site.url("127.0.0.1", "/"))).await.unwrap();
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("120")));
}
