//! `/dev/mail`: mails are shown where they are kept, to whoever is at this machine, and nowhere else.

use std::process::Output;

use api::dev::DevMailbox;
use domain::identity::ports::{Mail, Mailer};
use support::api::TestApi;
use support::{airtide, database};

const MAILBOX: (&str, &str) = ("AIRTIDE__MAIL__MAILBOX", "true");

fn mail(number: u32) -> Mail {
    Mail {
        id: format!("m{number}"),
        to: "ana@example.org".into(),
        subject: format!("Hello {number}"),
        text: "Dear <Ana>".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_shown_newest_first_by_another_process_than_the_one_that_kept_them() {
    let api = TestApi::start_with(&[MAILBOX]).await;
    let mailbox = DevMailbox::open(&api.database_url).expect("a mailbox");
    for number in [1, 2, 2] {
        mailbox.send(&mail(number)).await.expect("it is kept");
    }
    let listed = api.get("/dev/mail").send().expect(200);
    assert_eq!(listed.at("/data").as_array().unwrap().len(), 2, "the same mail is kept once");
    assert_eq!(
        (listed.text("/data/0/subject"), listed.text("/data/1/subject")),
        ("Hello 2".into(), "Hello 1".into())
    );
    assert_eq!(listed.text("/data/0/to"), "ana@example.org");

    let page = api.get("/dev/mail").header("accept", "text/html,*/*").send().expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.body.contains("Dear &lt;Ana&gt;"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_mails_the_newest_are_kept() {
    let url = database::fresh().await;
    let mailbox = DevMailbox::open(&url).expect("a mailbox");
    for number in 0..205 {
        mailbox.send(&mail(number)).await.expect("it is kept");
    }
    let newest = mailbox.newest().await.expect("mails");
    assert_eq!((newest.len(), newest[0].id.as_str(), newest[199].id.as_str()), (200, "m204", "m5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_there_is_nothing() {
    let api = TestApi::start().await;
    assert_eq!(api.get("/dev/mail").send().expect(404).text("/code"), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_not_shown_to_other_machines() {
    let keys = tempfile::tempdir().expect("a folder for keys");
    let url = database::fresh().await;
    let serve = |variables: &[(&str, &str)]| -> Output {
        let mut serve = airtide::command(&["serve", "--listen", "0.0.0.0:0"]);
        serve.env("DATABASE_URL", &url).env("AIRTIDE__KEYS__DIR", keys.path());
        serve.env("AIRTIDE__HTTP__METRICS_LISTEN", "off").envs(variables.iter().copied());
        serve.output().expect("airtide runs")
    };
    let refused = serve(&[MAILBOX]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("mail.mailbox shows mails to everybody"), "{told}");
}
