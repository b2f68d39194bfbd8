//! Torture of the log: clients keep a journal while something breaks, and the log must agree with every line.
//!
//! Each module breaks one thing; `delivery` breaks each part of the whole product. `AIRTIDE_FAULT_ROUNDS` says how many
//! rounds each has, `AIRTIDE_FAULT_SEED` repeats one of them: the same commands and the same choices, as far as the
//! machine's own timing allows.

mod audit;
mod client;
mod cut_connection;
mod delivery;
mod draw;
mod foreign_snapshot;
mod frozen_backend;
mod frozen_network;
mod journal;
mod killed_postgres;
mod killed_server;
mod lanes;
mod lost_backend;
mod process;
mod projections;
mod report;
mod round;
mod streams;
mod task;
mod two_writers;
