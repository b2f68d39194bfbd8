//! Webhooks: what happened to a base, told to those who asked for it. Pure: time, ids, secrets and drawn lots are given,
//! and nothing here sends anything. An edit becomes a [`Happening`], each hook tells its part of it as payloads, and
//! whoever sends pings asks `delivery` what comes next.

mod before;
mod cells;
mod death;
pub mod delivery;
mod fate;
mod happening;
mod hook;
mod hooks;
mod kept;
mod life;
mod listening;
mod mac;
mod origin;
mod part;
mod payload;
mod schema;
mod sights;
mod specification;
mod told;
mod touched;

pub use before::Before;
pub use fate::{Fate, Faults};
pub use happening::{
    Both, ChangedCell, ChangedRecord, ChangedTable, CreatedRecord, CreatedTable, DestroyedTable, FieldSaid,
    Happening, Metadata, Sight,
};
pub use hook::{Hook, NewHook};
pub use hooks::{Hooks, Viewer};
pub use listening::Listening;
pub use mac::MAC_HEADER;
pub use origin::{Origin, Source, User};
pub use payload::payloads;
pub use schema::BeforeSchema;
pub use specification::Specification;

#[cfg(test)]
mod tests;
