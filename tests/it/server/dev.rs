//! `airtide dev`: it starts everything, and nothing of it survives, however it ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nix::sys::signal::Signal;
use serde_json::json;
use support::airtide::{Dev, command};
use support::api;
use support::{processes, wait};

const COLD_BUDGET: Duration = Duration::from_secs(10);
const HEARD_WITHIN: Duration = Duration::from_secs(30);
const WARM_BUDGET: Duration = Duration::from_secs(3);
/// The budgets are those of a quiet machine; a test shares it with others.
const SHARE_OF_THE_MACHINE: u32 = 3;

fn assert_quick(started: Instant, budget: Duration) {
    let taken = started.elapsed();
    assert!(taken < budget * SHARE_OF_THE_MACHINE, "ready after {taken:?}, the budget is {budget:?}");
}

/// As root the servers run as another user, who has to get through.
fn folder() -> tempfile::TempDir {
    folder_with_mode(0o755)
}

fn folder_with_mode(mode: u32) -> tempfile::TempDir {
    let permissions = fs::Permissions::from_mode(mode);
    tempfile::Builder::new().prefix("airtide-test-").permissions(permissions).tempdir().unwrap()
}

fn start_plain_in(folder: &Path) -> Dev {
    Dev::start_plain(&["--data-dir", folder.to_str().unwrap()])
}

fn assert_nothing_names(folder: &Path) {
    let left = processes::naming(folder.to_str().unwrap());
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn the_ready_line_says_where_everything_is() {
    let started = Instant::now();
    let dev = Dev::start(&["--ephemeral"]);
    assert_quick(started, COLD_BUDGET);

    let mut fields: Vec<&String> = dev.ready.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["data_dir", "database_url", "demo", "env", "nats_url", "pids", "sandbox", "url"]);
    assert!(dev.text("url").starts_with("http://127.0.0.1:"));
    assert!(dev.text("database_url").starts_with("postgres://postgres:"));
    assert!(dev.text("nats_url").starts_with("nats://"));
    assert!(Path::new(dev.text("data_dir")).is_dir());
    assert_eq!(dev.ready["env"]["DATABASE_URL"], dev.ready["database_url"]);
    assert_eq!(dev.ready["env"]["NATS_URL"], dev.ready["nats_url"]);
    for process in ["airtide", "postgres", "nats"] {
        assert!(processes::is_alive(dev.pid(process)), "{process}");
    }
}

#[test]
fn the_demo_account_signs_in_and_mails_are_shown_on_fresh_and_on_kept_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..2 {
        let mut dev = Dev::start(&["--data-dir", folder.path().join("data").to_str().expect("a plain path")]);
        let demo = &dev.ready["demo"];
        let body = serde_json::json!({ "username": demo["username"], "password": demo["password"] });
        api::call(dev.text("url"), "POST", "/auth/login").json(body).send().expect(200);
        let key = demo["api_key"].as_str().expect("a key").to_owned();
        let bases = api::call(dev.text("url"), "GET", "/v1/bases").bearer(&key).send().expect(200);
        let mut ids: Vec<_> =
            bases.at("/data").as_array().unwrap().iter().map(|base| base["airtable_id"].clone()).collect();
        ids.sort_by_key(|id| *id == demo["base_id"]);
        assert_eq!(ids, [demo["local_base_id"].clone(), demo["base_id"].clone()], "{}", bases.body);
        is_followed(&dev, demo["base_id"].as_str().expect("a base"), &key);
        assert!(keys.is_empty() || keys == [key.as_str()], "it is kept");
        keys = vec![key];
        let mails = api::call(dev.text("url"), "GET", "/dev/mail").send().expect(200);
        assert!(mails.at("/data").is_array(), "{}", mails.body);
        dev.stop(Signal::SIGTERM);
    }
}

/// What somebody adds in the stand-in is here, after a restart as well.
fn is_followed(dev: &Dev, base: &str, key: &str) {
    let there = dev.ready["sandbox"]["airtable_url"].as_str().expect("a stand-in");
    let name = format!("Pier {}", Timestamp::now());
    let edit = json!({ "as": "usrAna00000000000", "table": "Projects", "create": [{ "Name": name }] });
    api::call(there, "POST", &format!("/_sim/bases/{base}/edit")).json(edit).send().expect(200);
    let path = format!("/v0/{base}/Projects");
    let is_here =
        || api::call(dev.text("url"), "GET", &path).bearer(key).send().expect(200).body.contains(&name);
    assert!(wait::is_true_within(HEARD_WITHIN, is_here), "{name} is not here");
}

/// Register, sign in, query Airtable: nothing else is needed, and nobody sees what another got.
#[test]
fn whoever_registers_has_tables_of_their_own_to_query() {
    let dev = Dev::start(&["--ephemeral"]);
    let call = |method: &'static str, path: &str| api::call(dev.text("url"), method, path);
    let mut bases = Vec::new();
    for name in ["testuser", "another"] {
        let password = "testpass123";
        let person =
            json!({ "email": format!("{name}@example.com"), "username": name, "password": password });
        call("POST", "/auth/register").json(person).send().expect(201);
        let credentials = json!({ "username": name, "password": password });
        let token = call("POST", "/auth/login").json(credentials).send().expect(200).text("/access_token");
        let tables = || call("GET", "/api/airtable/tables").bearer(&token).send().expect(200);
        assert!(
            wait::is_true_within(HEARD_WITHIN, || tables().body.contains("\"tbl")),
            "{name} has no tables"
        );
        let table = tables().json()["tables"][0].clone();
        let (base, table) = (table["base_id"].as_str().unwrap(), table["id"].as_str().unwrap());
        let path = format!("/api/v1/airtable/bases/{base}/tables/{table}/records");
        let records = || call("GET", &path).bearer(&token).send().expect(200);
        assert!(
            wait::is_true_within(HEARD_WITHIN, || records().body.contains("\"fields\"")),
            "{name} has no records"
        );
        bases.push(base.to_owned());
    }
    assert_ne!(bases[0], bases[1]);
}

/// What a program needs to reach the stand-in: its address, a token, a base that the token sees.
#[test]
fn the_stand_in_for_airtable_is_there_and_limits_when_it_is_told_to() {
    let dev = Dev::start(&["--ephemeral", "--sandbox-limits", "real"]);
    let reached = |field: &str| dev.ready["sandbox"][field].as_str().expect("a text").to_owned();
    let (url, token) = (reached("airtable_url"), reached("token"));
    let tables = format!("/v0/meta/bases/{}/tables", reached("base_id"));
    let asked = api::call(&url, "GET", &tables).bearer(&token).send();
    assert!(asked.expect(200).at("/tables/0/id").is_string());
    let knobs = api::call(&url, "GET", "/_sim/knobs").send().expect(200);
    assert_eq!((knobs.at("/rate/per_base"), knobs.at("/quota/calls")), (5.into(), 100_000.into()));
}

#[test]
fn with_a_token_of_a_real_account_there_is_no_stand_in() {
    let folder = folder();
    let settings = folder.path().join("airtide.toml");
    fs::write(&settings, "[airtable]\ntoken = \"pat\"\n").unwrap();
    let dev = Dev::start(&["--ephemeral", "--config", settings.to_str().unwrap()]);
    assert!(dev.ready["sandbox"].is_null(), "{}", dev.ready);
}

#[test]
fn a_signal_stops_everything_and_deletes_ephemeral_data() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut dev = Dev::start_plain(&["--ephemeral"]);
        let data = Path::new(dev.text("data_dir")).to_owned();

        let status = dev.stop(signal);

        assert!(status.success(), "{signal}: {status}");
        assert!(!dev.servers().into_iter().any(processes::is_alive));
        assert!(!data.exists());
        assert_nothing_names(&data);
    }
}

#[test]
fn ports_and_data_survive_a_restart() {
    let folder = folder();
    let mut first = Dev::start(&["--data-dir", folder.path().to_str().unwrap()]);
    let keys_before = fs::read_dir(first.text("data_dir")).unwrap().count();
    assert!(first.stop(Signal::SIGINT).success());

    let started = Instant::now();
    let mut second = Dev::start(&["--data-dir", folder.path().to_str().unwrap()]);
    assert_quick(started, WARM_BUDGET);

    for field in ["url", "database_url", "nats_url", "data_dir", "env"] {
        assert_eq!(second.ready[field], first.ready[field]);
    }
    assert_eq!(fs::read_dir(second.text("data_dir")).unwrap().count(), keys_before);
    assert!(second.stop(Signal::SIGTERM).success());
    assert_nothing_names(folder.path());
}

#[test]
fn what_a_killed_run_left_is_cleaned_by_the_next() {
    let folder = folder();
    let mut killed = start_plain_in(folder.path());
    killed.stop(Signal::SIGKILL);

    let mut next = start_plain_in(folder.path());

    assert!(!killed.servers().into_iter().any(processes::is_alive));
    assert_eq!(next.text("database_url"), killed.text("database_url"));
    assert!(next.stop(Signal::SIGINT).success());
    next.servers_are_gone();
    assert_nothing_names(folder.path());
}

#[test]
fn an_ephemeral_run_that_was_killed_leaves_no_process_and_its_data_goes_with_the_next() {
    let mut killed = Dev::start_plain(&["--ephemeral"]);
    let data = Path::new(killed.text("data_dir")).to_owned();
    killed.stop(Signal::SIGKILL);

    let mut next = Dev::start_plain(&["--ephemeral"]);

    assert!(!killed.servers().into_iter().any(processes::is_alive));
    assert!(!data.exists());
    assert!(next.stop(Signal::SIGINT).success());
}

#[test]
fn a_second_run_on_the_same_folder_says_so() {
    let folder = folder();
    let first = start_plain_in(folder.path());

    let second =
        command(&["dev", "--port", "0", "--data-dir", folder.path().to_str().unwrap()]).output().unwrap();

    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        said.contains("another `airtide dev`") && said.contains(&first.pid("airtide").to_string()),
        "{said}"
    );
    assert!(first.servers().into_iter().all(processes::is_alive));
}

#[test]
fn the_end_of_a_server_stops_everything() {
    for server in ["postgres", "nats"] {
        let folder = folder();
        let mut dev = start_plain_in(folder.path());

        processes::send(dev.pid(server), Signal::SIGKILL);

        let status = dev.ended();
        assert_eq!(status.code(), Some(1), "{server}");
        dev.servers_are_gone();
    }
}

#[test]
fn a_second_signal_stops_at_once() {
    let mut dev = Dev::start_plain(&["--ephemeral"]);
    // A stopped server cannot follow the first, gentle request.
    processes::send(dev.pid("postgres"), Signal::SIGSTOP);
    dev.signal(Signal::SIGINT);
    dev.signal(Signal::SIGTERM);

    let asked = Instant::now();
    dev.ended();

    assert!(asked.elapsed() < Duration::from_secs(5), "took {:?}", asked.elapsed());
    dev.servers_are_gone();
}

#[test]
fn a_folder_that_the_servers_cannot_reach_becomes_a_link_to_one_that_they_can() {
    if !nix::unistd::geteuid().is_root() {
        // Only root runs the servers as somebody else.
        return;
    }
    let private = folder_with_mode(0o700);
    let wanted = private.path().join("data");

    let mut dev = start_plain_in(&wanted);

    let real = Path::new(dev.text("data_dir")).to_owned();
    assert_eq!(fs::read_link(&wanted).unwrap(), real);
    assert!(dev.stop(Signal::SIGINT).success());
    fs::remove_dir_all(real).unwrap();
}
