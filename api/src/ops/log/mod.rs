//! The log as operators read it: of every tenant, what is sealed left sealed.

pub mod differences;
pub mod event;
pub mod events;
pub mod exports;
pub mod state;
pub mod stats;
pub mod trace;
pub mod verify;
