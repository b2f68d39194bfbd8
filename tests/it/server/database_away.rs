//! While the database is away nothing storms it, callers are told, and everything goes on when it is back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use support::api::{Node, PASSWORD, call};
use support::proxy::Proxy;
use support::workers::SOON;
use support::{database, wait};

/// In which each part of the process finds out for itself.
const FOUND_OUT_WITHIN: Duration = Duration::from_secs(2);
const FINDING_OUT_MAX: u64 = 400;
const AWAY_FOR: Duration = Duration::from_secs(6);
/// Afterwards, of the whole process with all that it does, under requests that never stop.
const ATTEMPTS_PER_SECOND_MAX: u64 = 50;
const CLIENTS: usize = 4;
const BETWEEN_REQUESTS: Duration = Duration::from_millis(5);

fn port_of(url: &str) -> u16 {
    let (before, _) = url.rsplit_once('/').unwrap();
    before.rsplit_once(':').unwrap().1.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn b13_a_database_that_is_away_is_not_stormed() {
    let (database_url, keys) = (database::fresh().await, tempfile::tempdir().unwrap());
    let proxy = Proxy::to(port_of(&database_url)).await;
    let node = Node::serve(&proxy.url(&database_url), keys.path(), "all", &[]);
    let register = |name: &str| {
        let body = json!({ "email": format!("{name}@example.org"), "username": name, "password": PASSWORD });
        call(&node.url, "POST", "/auth/register").json(body).send().status
    };
    assert_eq!(register("ana"), 201);

    proxy.go_away();
    let back = AtomicBool::new(false);
    let (first, later, statuses) = std::thread::scope(|scope| {
        let asking = (0..CLIENTS).map(|_| scope.spawn(|| ask_until(&node.url, &back))).collect::<Vec<_>>();
        wait::let_pass_here(FOUND_OUT_WITHIN);
        let first = proxy.turned_away();
        wait::let_pass_here(AWAY_FOR);
        let later = proxy.turned_away() - first;
        back.store(true, Ordering::SeqCst);
        let statuses = asking.into_iter().flat_map(|each| each.join().unwrap()).collect::<Vec<u16>>();
        (first, later, statuses)
    });
    proxy.come_back();
    assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
    assert!(first <= FINDING_OUT_MAX, "{first} in {FOUND_OUT_WITHIN:?}");
    assert!(later > 0, "nobody tries");
    assert!(later <= ATTEMPTS_PER_SECOND_MAX * AWAY_FOR.as_secs(), "{later} in {AWAY_FOR:?}");
    // What is refused meanwhile has changed nothing, and may be asked for again.
    wait::until("it goes on", SOON, || register("ben") == 201);
}

/// Signs in with a name that is somebody's, which asks the database.
fn ask_until(url: &str, back: &AtomicBool) -> Vec<u16> {
    let mut statuses = Vec::new();
    while !back.load(Ordering::SeqCst) {
        let body = json!({ "username": "ana", "password": PASSWORD });
        statuses.push(call(url, "POST", "/auth/login").json(body).send().status);
        wait::let_pass_here(BETWEEN_REQUESTS);
    }
    statuses
}
