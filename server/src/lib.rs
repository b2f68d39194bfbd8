//! The composition root of Airtide and its only binary: subcommands, configuration, and the development mode.

pub mod commands;
pub mod config;
pub mod dev;
mod doctor;
mod failure;
mod listening;
mod nats_accounts;
pub mod outgoing;
mod password;
mod replaying;
pub mod runtime;
mod sandboxes;
mod seeds;
mod stop;
mod telemetry;
mod wire;

/// A command makes some forty small allocations on many threads; the system's allocator takes a seventh of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
