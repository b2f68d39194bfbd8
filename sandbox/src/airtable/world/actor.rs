//! Who changes a base, and by which way: a program by the API, a person in the client.

use super::Person;
use crate::airtable::webhooks::Source;

#[derive(Debug, Clone)]
pub struct Actor {
    pub person: Person,
    pub source: Source,
}

impl Actor {
    pub fn program(person: Person) -> Self {
        Self { person, source: Source::PublicApi }
    }

    pub fn client(person: Person) -> Self {
        Self { person, source: Source::Client }
    }
}
