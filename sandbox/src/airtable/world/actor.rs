//! Who changes a base, and by which way: a program by the API, a person in the client.

use super::Person;

const SOURCES: [&str; 9] = [
    "client",
    "publicApi",
    "formSubmission",
    "formPageSubmission",
    "automation",
    "system",
    "sync",
    "anonymousUser",
    "unknown",
];

#[derive(Debug, Clone)]
pub struct Actor {
    pub person: Person,
    /// As the payloads of webhooks call it.
    pub source: &'static str,
}

impl Actor {
    pub fn program(person: Person) -> Self {
        Self { person, source: "publicApi" }
    }

    /// Nothing where there is no such way.
    pub fn by(person: Person, source: &str) -> Option<Self> {
        let source = SOURCES.into_iter().find(|known| *known == source)?;
        Some(Self { person, source })
    }

    pub fn client(person: Person) -> Self {
        Self { person, source: "client" }
    }
}
