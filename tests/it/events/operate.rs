//! The tabs of operators on the page at `/events`, in a real browser: explained and closed without a token, and used by
//! keyboard alone with one.

use std::time::Duration;

use serde_json::json;
use support::api::TestApi;
use support::browser::Browser;
use support::database;
use support::operator::Operator;
use support::team::Team;
use support::wait::until_true;

use super::page::{keep_picture, nothing_to_complain, start};

const CHOSEN: &str = "document.querySelector('[role=tab][aria-selected=true]').id";

/// Opens a tab as an operator, with the token pasted.
fn operate(browser: &mut Browser, api: &TestApi, tab: &str) {
    browser.open(&format!("{}/events#{tab}", api.url));
    browser.until("the token is asked for", "!document.getElementById('operator').hidden");
    browser.evaluate("document.getElementById('token').focus()");
    browser.write(&Operator::of(api).token);
    browser.press("Enter");
    browser.until("the token is taken", "document.getElementById('operator').hidden");
}

fn says(selector: &str, words: &str) -> String {
    format!("document.querySelector({})?.innerText.includes({})", json!(selector), json!(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_are_moved_among_by_arrows_and_kept_in_the_address() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    browser.open(&format!("{}/events", api.url));
    assert_eq!(browser.evaluate(CHOSEN), json!("tab-events"));
    browser.evaluate("document.getElementById('tab-events').focus()");
    browser.press("ArrowRight");
    browser.until("the next is chosen", &format!("{CHOSEN} === document.activeElement.id"));
    assert_ne!(browser.evaluate(CHOSEN), json!("tab-events"));
    assert_eq!(browser.evaluate("document.getElementById('panel-events').hidden"), json!(true));
    let is_named =
        "document.getElementById('operate').getAttribute('aria-labelledby') === document.activeElement.id";
    assert_eq!(browser.evaluate(is_named), json!(true));
    browser.press("End");
    assert_eq!(browser.evaluate(CHOSEN), json!("tab-health"));
    assert_eq!(browser.evaluate("location.hash"), json!("#health"));
    browser.press("ArrowRight");
    assert_eq!(browser.evaluate(CHOSEN), json!("tab-events"));
    let stops = "document.querySelectorAll('[role=tab][tabindex=\"0\"], [role=tab]:not([tabindex])').length";
    assert_eq!(browser.evaluate(stops), json!(1), "one stop of the tabulator for all tabs");
    nothing_to_complain(&mut browser);
}

/// An owner's session opens nothing here, and what is refused is said in words.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_of_an_operator_nothing_is_shown_but_why() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    let owner = api.person();
    browser.open(&format!("{}/events#work", api.url));
    browser.until("it is explained", &says("#operator", "airtide ops token"));
    assert_eq!(browser.evaluate("document.getElementById('view').hidden"), json!(true));
    for (token, words) in
        [(owner.token.as_str(), "token of a session"), ("nonsense", "no token of an operator")]
    {
        browser.evaluate("document.getElementById('token').value = ''");
        browser.evaluate("document.getElementById('token').focus()");
        browser.write(token);
        browser.press("Enter");
        browser.until("the refusal is told", &says("#operator-note", words));
    }
    let stored = "sessionStorage.length + localStorage.length + document.cookie.length";
    assert_eq!(browser.evaluate(stored), json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_counted_as_it_comes_and_the_token_is_forgotten_when_asked() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    operate(&mut browser, &api, "work");
    browser.until("workers are there", &says("#view table", "deliver_webhooks"));
    browser.until("whose token it is", &says("#operator-who", "Operator ana, until"));
    let parked = "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
                  values ('send_mail/1/', 'send_mail', 'acme', 1, '', 'ana', 'parked', now(), 'no such mailbox')";
    sqlx::query(parked).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    let count = "[...document.querySelectorAll('#view tbody tr')]
        .find((row) => row.cells[0].innerText === 'send_mail').cells[5].innerText === '1'";
    browser.until("what is set aside is counted", count);
    nothing_to_complain(&mut browser);
    browser.evaluate("document.getElementById('operator-leave').focus()");
    browser.press("Enter");
    browser.until("a token is asked for again", "document.activeElement.id === 'token'");
    assert_eq!(browser.evaluate("document.getElementById('view').hidden"), json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_verified_with_progress_and_told_in_a_sentence() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let events = Operator::of(&api).get("/v1/ops/log/stats").expect(200).at("/events");
    operate(&mut browser, &api, "verify");
    browser.until("the form is there", "document.getElementById('verify-from') !== null");
    browser.evaluate("document.querySelector('#view button[type=submit]').focus()");
    browser.press("Enter");
    browser.until("it is sound", &says("#view .good", &format!("Sound: {events} events")));
    browser.until(
        "what it did is said",
        &says("#view .job [role=status]", &format!("Done. {events} of {events} events")),
    );
    browser.until("it is listed", &says("#view tbody", "operator:ana"));

    let changed = "update events set payload = '{}' where position = 2";
    sqlx::query(changed).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    browser.evaluate("document.querySelector('#view button[type=submit]').focus()");
    browser.press("Enter");
    browser.until("what is broken is named", &says("#view .note", "event 2 is not what was recorded"));
    nothing_to_complain(&mut browser);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_is_made_anew_with_a_reason_and_what_came_of_it_is_said() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start().await;
    let ana = api.person();
    let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let wait_for = made.header("airtide-position").unwrap();
    api.get(&format!("/v1/workspaces?wait_for={wait_for}")).by(&ana).send().expect(200);
    operate(&mut browser, &api, "projections");
    browser.until("read models are there", &says("#view tbody", "workspaces"));
    let open = "document.querySelector('[aria-label=\"Make workspaces anew\"]')";
    browser.evaluate(&format!("{open}.focus()"));
    browser.press("Enter");
    browser.until("a reason is asked for", "document.activeElement.id === 'rebuild-reason'");
    browser.press("Enter");
    assert_eq!(browser.evaluate("document.querySelector('.act').hidden"), json!(false), "not without one");
    browser.write("a doubt");
    browser.press("Enter");
    browser.until("what came of it is said", &says("#view .good", "No row differs from those in use."));
    browser.until("the focus is where it was", &format!("document.activeElement === {open}"));
    let operator = Operator::of(&api);
    let written = operator.get("/v1/ops/log/events?aggregate=operation").expect(200).json();
    assert_eq!(written["data"][0]["data"]["reason"], "a doubt");
    nothing_to_complain(&mut browser);
}

/// Failures that are alike are one line, and one of them is looked at from there.
#[tokio::test(flavor = "multi_thread")]
async fn failures_are_grouped_and_one_of_them_is_opened() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let failing = "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
                   select 'send_mail/' || n || '/', 'send_mail', 'acme', n, '', 'ana' || n, 'parked', now(), 'no such mailbox'
                   from generate_series(1, 3) n";
    sqlx::query(failing).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    operate(&mut browser, &api, "work");
    browser.until("the group is there", &says("#view", "no such mailbox"));
    let example =
        "[...document.querySelectorAll('#view td button')].find((one) => one.innerText === 'send_mail/1/')";
    browser.evaluate(&format!("{example}.focus()"));
    browser.press("Enter");
    browser.until("it is opened", &says("#view section dl", "acme"));
    browser.evaluate("document.querySelector('#view section header button').focus()");
    browser.press("Enter");
    browser.until("the focus is where it was", &format!("document.activeElement === {example}"));
    nothing_to_complain(&mut browser);
}

/// By keyboard alone: what would move is said before a reason is asked for, and what came of it afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_failures_is_looked_at_given_a_reason_and_retried() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start_roles("api", &[]).await;
    let failing = "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, class, reason)
                   select 'send_mail/' || n || '/', 'send_mail', 'acme', n, '', 'ana' || n, 'parked', now(), 'failed',
                          case n when 4 then 'no answer' else 'no such mailbox' end
                   from generate_series(1, 4) n";
    let mut admin = database::superuser(&api.database_url).await;
    sqlx::query(failing).execute(&mut admin).await.unwrap();
    operate(&mut browser, &api, "work");
    let open = "document.querySelector('[aria-label=\"Retry send_mail: no such mailbox\"]')";
    browser.until("the group can be retried", &format!("{open} !== null"));
    browser.evaluate(&format!("{open}.focus()"));
    browser.press("Enter");
    browser.until("what would move is said", &says("#view .act", "3 pieces would move."));
    browser.until("a reason is asked for", "document.activeElement.id === 'retry-reason'");
    browser.press("Enter");
    assert_eq!(browser.evaluate("document.querySelector('.act').hidden"), json!(false), "not without one");
    browser.write("the mailboxes are there");
    browser.press("Enter");
    browser.until("what came of it is said", &says("#view .good", "3 of 3 moved"));
    browser.until("the job is over", &says("#view .job [role=status]", "Done. 3 of 3 pieces"));
    browser.until("the focus is on what came of it", &says(":focus", "3 of 3 moved"));
    browser.until("its group is gone", &format!("{open} === null"));
    let left: Vec<String> = sqlx::query_scalar("select claim from work where state = 'parked'")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(left, ["send_mail/4/"]);
    let written = Operator::of(&api).get("/v1/ops/log/events?aggregate=operation").expect(200).json();
    assert_eq!(written["data"][0]["data"]["reason"], "the mailboxes are there");

    let other = "document.querySelector('[aria-label=\"Retry send_mail: no answer\"]')";
    browser.evaluate(&format!("{other}.focus()"));
    browser.press("Enter");
    browser.until("what would move is said", &says("#view .act", "1 piece would move."));
    browser.evaluate("document.querySelector('.act button[type=button]').focus()");
    browser.press("Enter");
    browser.until("the focus is where it was", &format!("document.activeElement === {other}"));
    let planned = "select count(*) = 0 from work_operations where begun_at is null";
    until_true("the plan is forgotten", Duration::from_secs(30), async || {
        sqlx::query_scalar::<_, bool>(planned).fetch_one(&mut admin).await.unwrap()
    })
    .await;
    nothing_to_complain(&mut browser);
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_and_health_say_what_is_so() {
    let Some(mut browser) = start() else { return };
    let api = TestApi::start().await;
    operate(&mut browser, &api, "relay");
    browser.until("the state is said", &says("#view .chip", "No broker"));
    browser.evaluate("document.getElementById('tab-relay').focus()");
    browser.press("End");
    browser.until("there is no alarm", &says("#view", "No alarm."));
    browser.evaluate(
        "[...document.querySelectorAll('#view button')].find((one) => one.innerText === 'Examine').focus()",
    );
    browser.press("Enter");
    browser.until("everything was looked at", &says("#view", "foreign snapshots"));
    browser.until("it is said aloud", &says("#view [role=status]", "Nothing fails"));
    nothing_to_complain(&mut browser);
}

/// Every tab in a narrow and in a wide window, in light and dark.
#[tokio::test(flavor = "multi_thread")]
async fn every_tab_fits_a_narrow_window_in_light_and_dark() {
    let Some(mut browser) = start() else { return };
    let team = Team::gather().await;
    team.workspace("Orders");
    operate(&mut browser, &team.api, "work");
    browser.until("workers are there", &says("#view table", "deliver_webhooks"));
    let tabs = browser.evaluate("[...document.querySelectorAll('[role=tab]')].map((tab) => tab.id.slice(4))");
    let tabs: Vec<String> = serde_json::from_value(tabs).unwrap();
    for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
        browser.resize(width, 800, dark);
        for tab in tabs.iter().filter(|tab| *tab != "events") {
            browser.evaluate(&format!("document.getElementById('tab-{tab}').click()"));
            browser.until("something is shown", "document.querySelector('#view').innerText !== ''");
            let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
            browser.until(&format!("{tab} is no wider than the window of {width}"), fits);
            keep_picture(&mut browser, &format!("{tab}-{width}-{}", if dark { "dark" } else { "light" }));
        }
    }
    nothing_to_complain(&mut browser);
    team.log.close().await;
}
