//! Recorded exchanges, played to the client: a server answers from the tape and holds what it was sent against it. The
//! format is told in `tests/tapes/README.md`.

mod comments;
mod errors;
mod identity;
mod records;
mod schema;
mod tape;
mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::bases::ports::{Access, Airtable, Connected};
use domain::bases::schema::Table;
use domain::secret::Secret;
use serde::Deserialize;
use url::Url;

use super::site::{Does, JumpingTime, Seen, Site, access, client_at};
use crate::airtable::Pace;
use tape::{Asked, Tape};

/// A tape that is being played.
struct Played {
    tape: Tape,
    site: Site,
}

impl Played {
    async fn start(subject: &str, name: &str) -> Self {
        let tape = Tape::load(subject, name);
        let does = tape.exchanges.iter().map(|exchange| {
            let said = &exchange.response;
            match (&said.body, &said.text) {
                (Some(body), _) => Does::json(said.status, body),
                (None, text) => Does::answer(said.status, "", text.as_deref().unwrap_or_default().as_bytes()),
            }
        });
        let site = Site::doing(does.collect::<Vec<_>>()).await;
        Self { tape, site }
    }

    /// One without patience: everything is sent once.
    fn connect(&self) -> Arc<dyn Connected> {
        let pace = Pace { per_base: f64::MAX, per_person: f64::MAX };
        let client = client_at(pace, &self.site.root(), &JumpingTime::new());
        let token = Secret::new(self.tape.token.clone());
        client.connect(Access { token, ..access(Duration::from_millis(1)) })
    }

    /// What was sent is what stands on the tape, and all of it was.
    fn end(self) {
        let seen = self.site.seen();
        assert_eq!(seen.len(), self.tape.exchanges.len());
        for (seen, exchange) in seen.iter().zip(&self.tape.exchanges) {
            is_as_asked(seen, &exchange.request);
            assert!(seen.head.contains(&format!("authorization: Bearer {}\r\n", self.tape.token)));
        }
    }
}

fn is_as_asked(seen: &Seen, asked: &Asked) {
    let url = Url::parse("http://x").unwrap().join(&seen.target).unwrap();
    assert_eq!((seen.method.as_str(), url.path()), (asked.method.as_str(), asked.path.as_str()));
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    assert_eq!(sorted(url.query_pairs().into_owned().collect()), sorted(asked.query.clone()));
    let body = (!seen.body.is_empty()).then(|| serde_json::from_slice(&seen.body).unwrap());
    assert_eq!(body, asked.body);
    for (name, value) in &asked.headers {
        assert!(seen.head.contains(&format!("{name}: {value}\r\n")), "{}", seen.head);
    }
}

#[test]
fn every_tape_is_played_says_how_it_is_known_and_has_a_name_of_its_own() {
    let played = [
        include_str!("comments.rs"),
        include_str!("errors.rs"),
        include_str!("identity.rs"),
        include_str!("records.rs"),
        include_str!("schema.rs"),
        include_str!("webhooks.rs"),
    ]
    .concat();
    let mut names = BTreeSet::new();
    for tape in tape::all() {
        let is_played = played.contains(&format!("\"{}\"", tape.name));
        assert!(is_played || tape.only.as_deref() == Some("stand_in"), "{} is not played", tape.name);
        assert!(names.insert(tape.name.clone()), "{} is there twice", tape.name);
        for table in tape::seed(&tape.seed)["bases"][0]["tables"].as_array().unwrap() {
            Table::deserialize(table).unwrap();
        }
        assert!(!tape.about.is_empty() && !tape.exchanges.is_empty(), "{}", tape.name);
        for exchange in &tape.exchanges {
            assert!(["D", "O", "S", "W"].contains(&exchange.mark.as_str()), "{}", tape.name);
            assert!(exchange.from.starts_with('§'), "{}", tape.name);
            exchange.points_somewhere(&tape.name);
        }
    }
    assert!(names.len() > 50, "{} tapes were found", names.len());
}
