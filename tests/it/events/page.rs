//! The page at `/events`, used in a real browser: everything works by keyboard, and the browser has nothing to
//! complain about.

use serde_json::json;
use support::api::{PASSWORD, Person, TestApi};
use support::browser::{self, Browser};
use support::team::Team;
use support::{http, skipped};

const FILES: [&str; 18] = [
    "",
    "/events.css",
    "/events.js",
    "/client.js",
    "/parts.js",
    "/tabs.js",
    "/tail.js",
    "/list.js",
    "/detail.js",
    "/operate/operate.js",
    "/operate/operator.js",
    "/operate/table.js",
    "/operate/job.js",
    "/operate/projections.js",
    "/operate/work.js",
    "/operate/relay.js",
    "/operate/verify.js",
    "/operate/health.js",
];

pub fn start() -> Option<Browser> {
    let program = browser::find();
    if program.is_none() {
        skipped::suite("the page of events in a browser", "Chromium");
    }
    program.as_ref().map(Browser::start)
}

/// Signs in as people without a mouse do.
fn sign_in(browser: &mut Browser, api: &TestApi, person: &Person) {
    browser.open(&format!("{}/events", api.url));
    browser.evaluate("document.getElementById('identifier').focus()");
    browser.write(&person.email);
    browser.press("Tab");
    browser.write(PASSWORD);
    browser.press("Enter");
    browser.until("somebody is signed in", "document.getElementById('sign-in').hidden");
    browser.until("the live end is reached", "document.getElementById('state').innerText === 'Live'");
    browser.until("the list has the focus", "document.activeElement.id === 'list'");
}

fn rows(count: usize) -> String {
    format!("[...document.querySelectorAll('#list li')].filter((row) => !row.hidden).length === {count}")
}

fn newest(name: &str) -> String {
    format!("document.querySelector('#list li')?.innerText.includes({})", json!(name))
}

#[track_caller]
pub fn nothing_to_complain(browser: &mut Browser) {
    assert_eq!(browser.complaints(), [] as [String; 0]);
}

#[test]
fn the_page_is_made_of_files_of_its_own_and_nothing_else_may_run_on_it() {
    let api = tokio::runtime::Runtime::new().unwrap().block_on(TestApi::shared());
    for file in FILES {
        let answer = http::get(&api.url, &format!("/events{file}"));
        assert_eq!(answer.status, 200, "{file}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(!answer.body.contains("innerHTML") && !answer.body.contains(" style="), "{file}");
    }
    let page = http::get(&api.url, "/events");
    assert_eq!(page.body.matches("<script").count(), page.body.matches("<script src=").count());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_end_is_followed_paused_and_gone_on_with() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    sign_in(&mut browser, &team.api, &team.owner);
    browser.until("what happened before is there", &rows(4));

    team.rename(&workspace, "Sales").await;
    browser.until("what happens shows up", &newest("Sales"));
    browser.press(" ");
    browser.until("it is paused", "document.getElementById('pause').getAttribute('aria-pressed') === 'true'");
    team.rename(&workspace, "Trade").await;
    team.rename(&workspace, "Barter").await;
    browser
        .until("what waits is counted", "document.getElementById('state').innerText === 'Paused, 2 waiting'");
    assert_eq!(browser.evaluate(&rows(5)), json!(true));
    browser.press(" ");
    browser.until("nothing was lost", &format!("{} && {}", rows(7), newest("Barter")));
    nothing_to_complain(&mut browser);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_is_held_back_is_fetched_when_it_goes_on() {
    const MANY: usize = 1_010;
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    sign_in(&mut browser, &team.api, &team.owner);
    browser.until("what happened before is there", &rows(4));
    browser.press(" ");
    for number in 1..=MANY {
        team.rename(&workspace, &format!("Orders {number}")).await;
    }
    let full = "document.getElementById('state').innerText === 'Paused, 1000 or more waiting'";
    browser.until("it is full", full);
    browser.press(" ");
    browser.until("nothing was lost", &format!("{} && {}", rows(4 + MANY), newest("Orders 1010")));
    let in_order = "[...document.querySelectorAll('#list .summary')].map((row) => row.innerText)
        .filter((text) => /Orders \\d/.test(text)).map((text) => Number(/\\d+/.exec(text)[0]))
        .every((number, at) => number === 1010 - at)";
    assert_eq!(browser.evaluate(in_order), json!(true));
    nothing_to_complain(&mut browser);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_looked_at_with_its_history_by_keyboard_alone() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    team.rename(&workspace, "Sales").await;
    sign_in(&mut browser, &team.api, &team.owner);
    browser.until("what happened is there", &rows(5));

    for _ in 0..3 {
        browser.press("ArrowDown");
    }
    browser.press("ArrowUp");
    browser.press("Enter");
    browser.until("the event is open", "!document.getElementById('detail').hidden");
    assert!(browser.text("#detail h2").contains("workspace.created"));
    browser.press("Escape");
    browser.until("it is closed", "document.getElementById('detail').hidden");
    // The oldest: a registration, which made more than this event.
    browser.press("End");
    browser.press("Enter");
    browser.until(
        "what came with it is named",
        "document.querySelector('#detail').innerText.includes('membership.added · usr_')",
    );
    browser.press("Escape");
    browser.press("Home");
    browser.press("Enter");
    browser.evaluate("[...document.querySelectorAll('#detail button')].find((one) => one.innerText.startsWith('History')).focus()");
    browser.press("Enter");
    browser.until(
        "the state is shown",
        "document.querySelector('#detail pre')?.innerText.includes('\"name\": \"Sales\"')",
    );
    assert!(browser.text("#detail .added").contains("Sales"), "what changed is marked");
    browser.evaluate("document.querySelector('#detail .links button').focus()");
    browser.press("Enter");
    browser.until(
        "the state before is shown",
        "document.querySelector('#detail pre')?.innerText.includes('\"name\": \"Orders\"')",
    );
    browser.press("Escape");
    browser.until(
        "a step back is the event",
        "document.querySelector('#detail h2')?.innerText === 'workspace.renamed'",
    );
    browser.press("Escape");
    browser.until("the list has the focus", "document.activeElement.id === 'list'");
    nothing_to_complain(&mut browser);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_what_is_shown_and_what_comes() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    let (orders, sales) = (team.workspace("Orders"), team.workspace("Sales"));
    sign_in(&mut browser, &team.api, &team.owner);
    browser.until("what happened is there", &rows(5));
    browser.press("/");
    assert_eq!(browser.evaluate("document.activeElement.id"), json!("text"));
    browser.write("Sales");
    browser.until("one event holds the text", &rows(1));
    browser.evaluate("document.getElementById('text').value = ''");
    browser.evaluate("document.getElementById('text').dispatchEvent(new Event('input'))");
    browser.until("without it, all are shown", &rows(5));

    let choose = format!(
        "(() => {{ const field = document.getElementById('workspace'); field.value = {};
           field.dispatchEvent(new Event('change')); }})()",
        json!(orders)
    );
    browser.evaluate(&choose);
    browser.until("one event is of the workspace", &rows(1));
    browser.until("the live end is reached", "document.getElementById('state').innerText === 'Live'");
    team.rename(&sales, "Sales 1").await;
    team.rename(&orders, "Orders 1").await;
    browser.until("only what fits comes", &format!("{} && {}", rows(2), newest("Orders 1")));
    nothing_to_complain(&mut browser);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_is_asked_to_sign_in_and_told_why() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    let viewer = team.member(domain::identity::Role::Viewer, &[]).await;
    sign_in(&mut browser, &team.api, &viewer);
    team.remove(&viewer).await;
    browser.until("the form is back", "!document.getElementById('sign-in').hidden");
    assert!(browser.text("#sign-in-note").contains("Sign in again"));
    assert_eq!(browser.evaluate(&rows(0)), json!(true));

    assert_ne!(browser.complaints(), [] as [String; 0], "a refusal is told to whoever looks at the console");
    browser.evaluate("document.getElementById('identifier').focus()");
    browser.write("nobody@example.org");
    browser.press("Tab");
    browser.write("wrong");
    browser.press("Enter");
    browser.until(
        "the refusal is told",
        "document.getElementById('sign-in-note').innerText.includes('do not belong together')",
    );
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_a_narrow_window_in_light_and_dark() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    team.workspace("Orders");
    sign_in(&mut browser, &team.api, &team.owner);
    for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
        browser.resize(width, 800, dark);
        let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        browser.until("nothing is wider than the window", fits);
        browser.evaluate("document.getElementById('list').focus()");
        browser.press("ArrowDown");
        browser.press("Enter");
        browser.until("the event is open", "!document.getElementById('detail').hidden");
        browser.until("nothing is wider than the window", fits);
        keep_picture(&mut browser, &format!("events-{width}-{}", if dark { "dark" } else { "light" }));
        browser.press("Escape");
    }
    nothing_to_complain(&mut browser);
    team.log.close().await;
}

/// For people who want to see for themselves: `AIRTIDE_PICTURES` names a folder.
pub fn keep_picture(browser: &mut Browser, name: &str) {
    if let Some(folder) = std::env::var_os("AIRTIDE_PICTURES") {
        let path = std::path::Path::new(&folder).join(format!("{name}.png.base64"));
        std::fs::write(path, browser.picture()).expect("the picture is written");
    }
}
