//! The development mode: the whole product in one command, with private servers that live and die with it.
//!
//! `postgres::PrivatePostgres` and `nats::PrivateNats` stand on their own; tests and benches start them alike.

mod account;
mod at_exit;
mod demo;
mod error;
mod find;
mod folder;
mod http_port;
mod instance;
mod leftover;
pub mod nats;
mod patience;
mod ports;
pub mod postgres;
mod process;
mod program;
mod remembered;
mod server_home;
mod servers;
mod spawner;
mod supervisor;
mod sweep;

pub use at_exit::drop_at_exit;
pub use error::DevError;
pub use folder::Home;
pub use instance::Instance;
pub(crate) use remembered::write_private;
pub use supervisor::{DevOptions, run};
