//! The keys that sign access tokens: each signs for five days, and the process that takes over after that publishes the next.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;
use support::api::TestApi;
use support::wait;

use super::{CLOSELY, DAY, Mortal};

/// Processes take over every two days, so the sixth is the first that finds a key older than five.
const CHANGES: [i64; 2] = [6 * DAY, 12 * DAY];
/// A key signs five minutes and some seconds after it was published, so that everybody knows it.
const BEFORE: i64 = 2;
const AFTER: i64 = 6;
/// The process that takes over two days after a change drops the old key, and the one after it never hears of it.
const LONG_AFTER: i64 = 4 * DAY;
/// A process asks for keys every two seconds.
const KNOWN_WITHIN: Duration = Duration::from_secs(10);

pub struct Signing {
    person: String,
    /// The keys that have signed, the present one last.
    known: Vec<String>,
    /// Of the old key, signed shortly before it was done.
    last_words: String,
}

impl Signing {
    pub fn begin(api: &TestApi) -> Self {
        let person = api.person();
        Self { known: vec![kid(&person.token)], person: person.email, last_words: person.token }
    }

    fn present(&self) -> &String {
        self.known.last().expect("the first is known")
    }

    fn sign_in(&self, api: &TestApi) -> String {
        api.sign_in(&self.person).text("/access_token")
    }

    /// The next is published, and signs nothing yet; the old one signs on.
    fn is_announced(&mut self, api: &TestApi) {
        wait::until("the next key is published", KNOWN_WITHIN, || published(api).len() == 2);
        assert_eq!(kid(&self.sign_in(api)), *self.present());
    }

    /// The next signs; what the old one signed some minutes ago is good.
    fn has_changed(&mut self, api: &TestApi) {
        let token = self.sign_in(api);
        let next = kid(&token);
        assert!(!self.known.contains(&next), "no key comes back");
        for token in [&token, &self.last_words] {
            api.get("/auth/verify").bearer(token).send().expect(200);
        }
        assert_eq!(published(api), [self.present().clone(), next.clone()]);
        self.known.push(next);
    }
}

impl Mortal for Signing {
    fn moments(&self) -> Vec<i64> {
        CHANGES.into_iter().flat_map(|change| [change + BEFORE, change + AFTER]).collect()
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute > CLOSELY {
            return;
        }
        let since =
            CHANGES.into_iter().map(|change| minute - change).find(|since| (0..=LONG_AFTER).contains(since));
        match since {
            Some(0) => self.is_announced(api),
            Some(BEFORE) => {
                self.last_words = self.sign_in(api);
                assert_eq!(kid(&self.last_words), *self.present());
            }
            Some(AFTER) => self.has_changed(api),
            Some(LONG_AFTER) => {
                assert_eq!(published(api), [self.present().clone()]);
                api.get("/auth/verify").bearer(&self.last_words).send().expect(401);
            }
            _ if minute % DAY == 0 => {
                assert_eq!(kid(&self.sign_in(api)), *self.present(), "at minute {minute}")
            }
            _ => assert!(published(api).contains(self.present()), "at minute {minute}"),
        }
    }
}

/// The name of the key in the head of a token.
fn kid(token: &str) -> String {
    let head = BASE64.decode(token.split('.').next().expect("a head")).expect("base64");
    let head: Value = serde_json::from_slice(&head).expect("JSON");
    head["kid"].as_str().expect("a name").to_owned()
}

fn published(api: &TestApi) -> Vec<String> {
    let keys = api.get("/.well-known/jwks.json").send().expect(200).at("/keys");
    keys.as_array().expect("keys").iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}
