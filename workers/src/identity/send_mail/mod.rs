//! Mails that events owe to people.

pub mod message;
