//! Mails against a server of this machine that plays a part: it takes them, refuses them, or goes away.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What the server does out of the ordinary: an answer in place of the usual one, or none and the end.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    TakesEverything,
    Answers(&'static str, &'static str),
    GoesAwayAt(&'static str),
}

/// What the text of the mail is answered under.
const TEXT: &str = ".";

struct TestServer {
    mailer: SmtpMailer,
    heard: Arc<Mutex<String>>,
}

impl TestServer {
    async fn playing(part: Part) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server =
            SmtpServer::parse(&format!("smtp://{}?tls=none", listener.local_addr().unwrap())).unwrap();
        let heard = Arc::new(Mutex::new(String::new()));
        let hears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(BufReader::new(stream), part, &hears).await;
            }
        });
        Self { mailer: SmtpMailer::new(server, "Airtide <no-reply@airtide.test>").unwrap(), heard }
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(mut stream: BufReader<TcpStream>, part: Part, heard: &Mutex<String>) {
    let mut in_text = false;
    let mut line = String::new();
    let _ = stream.get_mut().write_all(b"220 here\r\n").await;
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        heard.lock().unwrap().push_str(&line);
        let command = if in_text { line.trim_end() } else { &line[..4] };
        let usual = match command {
            TEXT => "250 taken",
            _ if in_text => "",
            "EHLO" => "250-here\r\n250 8BITMIME",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 good",
        };
        let answer = match part {
            Part::GoesAwayAt(at) if at == command => return,
            Part::Answers(at, answer) if at == command => answer,
            _ => usual,
        };
        in_text = (in_text && command != TEXT) || answer.starts_with("354");
        if !answer.is_empty() {
            let _ = stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await;
        }
        line.clear();
    }
}

fn mail() -> Mail {
    Mail {
        id: "0198a1b2-welcome".into(),
        to: "ana@example.org".into(),
        subject: "Willkommen, Änne\r\nBcc: eve@example.org".into(),
        text: "Hello Ana\n.\nthis is still the mail\n".into(),
    }
}

#[tokio::test]
async fn a_mail_is_taken_over_under_the_name_of_its_work() {
    let server = TestServer::playing(Part::TakesEverything).await;
    let sent = server.mailer.send(&mail()).await.unwrap();
    assert_eq!(sent.message_id, "<0198a1b2-welcome@airtide.test>");
    let heard = server.heard();
    for part in [
        "EHLO airtide.test\r\n",
        "MAIL FROM:<no-reply@airtide.test>\r\n",
        "RCPT TO:<ana@example.org>\r\n",
        "Message-ID: <0198a1b2-welcome@airtide.test>\r\n",
        "From: Airtide <no-reply@airtide.test>\r\n",
        "this is still the mail",
        "QUIT\r\n",
    ] {
        assert!(heard.contains(part), "{part} is missing in {heard}");
    }
    assert!(!heard.contains("\r\nBcc"), "{heard}");
}

#[tokio::test]
async fn a_refusal_for_good_is_final_and_one_for_now_is_not() {
    let cases = [
        (Part::Answers("RCPT", "550 5.1.1 <ana@example.org> unknown"), false),
        (Part::Answers("RCPT", "451 greylisted, come back"), true),
        (Part::Answers("DATA", "554 no"), false),
        (Part::Answers(TEXT, "552 too much"), false),
        (Part::Answers(TEXT, "452 full"), true),
        (Part::Answers("MAIL", "530 who are you"), true),
    ];
    for (part, retry_helps) in cases {
        let fault = TestServer::playing(part).await.mailer.send(&mail()).await.unwrap_err();
        assert_eq!(fault.retry_helps(), retry_helps, "{fault}");
        assert!(!matches!(fault, MailFault::Unknown(_)), "{fault}");
        assert!(!fault.to_string().contains('@'), "{fault}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_before_the_text_was_sent_nothing() {
    for at in ["EHLO", "MAIL", "RCPT", "DATA"] {
        let fault = TestServer::playing(Part::GoesAwayAt(at)).await.mailer.send(&mail()).await.unwrap_err();
        assert!(matches!(fault, MailFault::Later(_)), "{at}: {fault}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_after_the_text_leaves_the_outcome_unknown() {
    let server = TestServer::playing(Part::GoesAwayAt(TEXT)).await;
    let fault = server.mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(fault, MailFault::Unknown(_)), "{fault}");
    assert!(server.heard().contains("this is still the mail"));
}

#[tokio::test]
async fn a_server_without_tls_is_told_nothing_where_tls_is_wanted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://ana:hunter2@{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(BufReader::new(stream), Part::TakesEverything, &hears).await;
    });
    let mailer = SmtpMailer::new(SmtpServer::parse(&url).unwrap(), "no-reply@airtide.test").unwrap();
    let fault = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(fault, MailFault::Later(_)), "{fault}");
    let heard = heard.lock().unwrap().clone();
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

#[tokio::test]
async fn nobody_there_is_a_reason_to_come_back() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let server = SmtpServer::parse(&format!("smtp://{nobody}?tls=none")).unwrap();
    let fault = SmtpMailer::new(server, "no-reply@airtide.test").unwrap().send(&mail()).await.unwrap_err();
    assert!(fault.retry_helps(), "{fault}");
}

#[tokio::test]
async fn what_is_no_address_is_never_sent() {
    let server = TestServer::playing(Part::TakesEverything).await;
    let fault = server.mailer.send(&Mail { to: "ana".into(), ..mail() }).await.unwrap_err();
    assert!(matches!(fault, MailFault::Never(_)), "{fault}");
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn nothing_in_a_mail_adds_a_head_or_a_receiver_or_ends_it() {
    for to in [
        "ana@example.org\r\nBcc: eve@example.org",
        "ana@example.org>\r\nRCPT TO:<eve@example.org",
        "a\nb@c.org",
    ] {
        let server = TestServer::playing(Part::TakesEverything).await;
        let fault = server.mailer.send(&Mail { to: to.into(), ..mail() }).await.unwrap_err();
        assert!(matches!(fault, MailFault::Never(_)), "{to:?}: {fault}");
        assert!(server.heard().is_empty());
    }
    for subject in [
        "Hello\nBcc: eve@example.org",
        "Hello\rBcc: eve@example.org",
        "Hello\u{85}\u{0}Bcc: x",
        "\r\n\r\nOther",
    ] {
        let server = TestServer::playing(Part::TakesEverything).await;
        let text = "Hello\r\n.\r\nMAIL FROM:<eve@example.org>\r\n";
        server.mailer.send(&Mail { subject: subject.into(), text: text.into(), ..mail() }).await.unwrap();
        let heard = server.heard();
        assert_eq!(heard.matches("\nMAIL FROM:<no-reply").count(), 1, "{heard}");
        assert!(
            !heard.contains("\nBcc") && !heard.contains("\rBcc") && !heard.contains("\nOther"),
            "{heard}"
        );
        assert!(heard.contains("\r\n..\r\nMAIL FROM:<eve"), "a dot alone would end it: {heard}");
    }
}
