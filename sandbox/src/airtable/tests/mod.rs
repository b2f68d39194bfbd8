//! The stand-in as programs meet it: a real server on a port of its own for each test, asked over real connections.

mod attachments;
mod comments;
mod errors;
pub mod harness;
mod limits;
mod oauth;
mod people;
mod reached;
mod schema;
pub mod seed;
pub mod source;
mod sync;
mod traps;
mod webhooks;
