//! Whoever registers is greeted by one mail; where no mails are wanted, the work is skipped.

use serde_json::Value;
use support::api::TestApi;
use support::workers::{SOON, until_states};
use support::{database, wait};

const MAILBOX: (&str, &str) = ("AIRTIDE__MAIL__MAILBOX", "true");

fn mails(api: &TestApi) -> Vec<Value> {
    let listed = api.get("/dev/mail").send().expect(200).at("/data");
    listed.as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_registers_is_greeted_once() {
    let api = TestApi::start_with(&[MAILBOX]).await;
    let people = [api.person(), api.person()];
    wait::until_true("both are greeted", SOON, async || mails(&api).len() == 2).await;
    let mut to: Vec<String> =
        mails(&api).iter().map(|mail| mail["to"].as_str().expect("an address").to_owned()).collect();
    to.sort();
    let mut expected = people.map(|person| person.email);
    expected.sort();
    assert_eq!(to, expected);
    until_states(&mut database::superuser(&api.database_url).await, &[("done", 2)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_of_workers_greets_whoever_another_one_let_in() {
    let api = TestApi::start_roles("api", &[MAILBOX]).await;
    let _workers = api.another_with("workers", &[MAILBOX]);
    api.person();
    wait::until_true("a mail comes", SOON, async || mails(&api).len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailer_the_work_is_skipped_and_says_why() {
    let api = TestApi::start().await;
    api.person();
    let mut admin = database::superuser(&api.database_url).await;
    until_states(&mut admin, &[("skipped", 1)]).await;
    let reason: String = sqlx::query_scalar("select reason from work").fetch_one(&mut admin).await.unwrap();
    assert_eq!(reason, "no mailer is configured");
}
