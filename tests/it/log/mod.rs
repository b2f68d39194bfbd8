//! The event log, through its executor and its readers, on a real Postgres.

mod commands;
