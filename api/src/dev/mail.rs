//! `GET /dev/mail`: mails that were kept instead of sent, the newest first; a page for browsers, else JSON.

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::mailbox::KeptMail;
use crate::Api;
use crate::http::{Answer, Page, Problem};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const BY_ACCEPT: HeaderValue = HeaderValue::from_static("accept");

pub async fn list(State(api): State<Api>, headers: HeaderMap) -> Result<Response, Problem> {
    let mailbox = api.mailbox.as_ref().ok_or_else(Problem::not_found)?;
    let mails = mailbox.newest().await?;
    if wants_a_page(&headers) {
        return Ok(([(CONTENT_TYPE, HTML), (VARY, BY_ACCEPT)], page(&mails)).into_response());
    }
    let listed = Page { data: mails, next_cursor: None };
    Ok(Answer::new(listed).with(VARY, BY_ACCEPT).into_response())
}

fn wants_a_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn page(mails: &[KeptMail]) -> String {
    let listed: String = mails.iter().map(shown).collect();
    let listed = if mails.is_empty() { "<p>No mails yet.</p>".to_owned() } else { listed };
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mails</title>\
         <h1>Mails</h1><p>Kept here instead of sent; the newest first.</p>{listed}</html>"
    )
}

fn shown(mail: &KeptMail) -> String {
    format!(
        "<article><h2>{}</h2><p>To {} at <time>{}</time></p><pre>{}</pre></article>",
        escaped(&mail.subject),
        escaped(&mail.to),
        mail.sent_at,
        escaped(&mail.text)
    )
}

/// Mails hold what people wrote.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn what_a_mail_says_is_text_and_no_markup() {
        let mail = KeptMail {
            id: "m1".into(),
            to: "<ana@example.org>".into(),
            subject: "<script>alert(1)</script> & more".into(),
            text: "</pre><b>".into(),
            sent_at: Timestamp::UNIX_EPOCH,
        };
        let page = page(&[mail]);
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"), "{page}");
    }
}
