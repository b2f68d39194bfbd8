//! A server that behaves as Airtable's Web API. It thinks with the domain's table engine; that it judges as Airtable does is
//! held by Airtable's own clients and by recorded exchanges. Beside the imitated API it has a side door, `/_sim/`, where
//! what happens can be arranged and looked at.

mod app;
mod attachments;
mod clock;
mod comments;
mod dispatch;
mod edge;
mod files;
mod hooks;
mod journal;
mod knobs;
mod limits;
mod meta;
mod oauth;
mod outgoing;
mod pings;
mod records;
mod routes;
pub mod seed;
mod server;
mod sim;
mod standing;
mod sync;
mod webhooks;
mod world;

#[cfg(test)]
mod tests;

pub use app::App;
pub use knobs::Knobs;
pub use standing::{Reached, Standing};
