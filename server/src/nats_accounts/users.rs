//! The users and their rights, as subjects: every call to JetStream is a message to one.

pub struct User {
    pub name: &'static str,
    /// Who is to log in as this one.
    pub used_by: &'static str,
    pub rights: Rights,
}

#[derive(Clone, Copy)]
pub enum Rights {
    These {
        publish: &'static [&'static [&'static str]],
        subscribe: &'static [&'static str],
    },
    /// Everything in the account of the events.
    Everything,
    /// The server itself, and nothing of the events.
    System,
}

/// Answers come to an inbox.
const INBOX: &[&str] = &["_INBOX.>"];

/// Publish events, make the stream and look at it. Neither remove it nor anything in it.
const RELAYING: &[&str] = &[
    "ev.>",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.CREATE.*",
    "$JS.API.STREAM.UPDATE.*",
    "$JS.API.STREAM.MSG.GET.*",
];

/// Read the stream, through consumers of one's own.
const READING: &[&str] = &[
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.MSG.GET.*",
    "$JS.API.CONSUMER.CREATE.>",
    "$JS.API.CONSUMER.INFO.>",
    "$JS.API.CONSUMER.LIST.*",
    "$JS.API.CONSUMER.DELETE.>",
    "$JS.API.CONSUMER.MSG.NEXT.>",
    "$JS.ACK.>",
];

pub const USERS: &[User] = &[
    User {
        name: "relay",
        used_by: "airtide serve --roles relay",
        rights: Rights::These { publish: &[RELAYING], subscribe: INBOX },
    },
    User {
        name: "reader",
        used_by: "airtide serve with any roles but relay",
        rights: Rights::These { publish: &[READING], subscribe: INBOX },
    },
    User {
        name: "serve",
        used_by: "airtide serve with relay and other roles in one process",
        rights: Rights::These { publish: &[RELAYING, READING], subscribe: INBOX },
    },
    User {
        name: "operator",
        used_by: "people, to look at streams and to remove them",
        rights: Rights::Everything,
    },
    User { name: "system", used_by: "people, to look at the servers", rights: Rights::System },
];
