//! The event log, through its executor and its readers, on a real Postgres.

mod append_function;
mod command_line;
mod commands;
mod incarnation;
mod isolation;
mod limits;
mod lost_backend;
mod new_incarnation;
mod operations;
mod partitions;
mod personal;
mod properties;
mod quotas;
mod reads;
mod restore;
mod startup;
mod transfer;
mod verify;
