//! Mails of a server that keeps them for developers, and what they hold.

use serde_json::Value;

use crate::api::TestApi;
use crate::wait;
use crate::workers::SOON;

/// Has a server keep its mails.
pub const KEPT: (&str, &str) = ("AIRTIDE__MAIL__MAILBOX", "true");

/// Mails to an address whose subject holds a text, the oldest first.
pub fn about(api: &TestApi, address: &str, subject: &str) -> Vec<Value> {
    let listed = api.get("/dev/mail").send().expect(200).at("/data");
    let fits = |mail: &&Value| {
        mail["to"] == address && mail["subject"].as_str().is_some_and(|text| text.contains(subject))
    };
    listed.as_array().expect("a list").iter().rev().filter(fits).cloned().collect()
}

/// The token in the so-manieth of them, once it is there.
pub fn token(api: &TestApi, address: &str, subject: &str, number: usize) -> String {
    let mut found = Vec::new();
    let is_there = || {
        found = about(api, address, subject);
        found.len() >= number
    };
    let is_there = wait::is_true_within(SOON, is_there);
    assert!(is_there, "no mail {number} about {subject:?} to {address}");
    let text = found[number - 1]["text"].as_str().expect("a text");
    text.split_whitespace().find(|word| word.contains("alk.")).expect("a token").to_owned()
}
