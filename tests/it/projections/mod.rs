//! Following the log, and what read models promise, on a real Postgres.

mod bases;
mod follow;
mod history;
mod owners;
mod parked;
mod people;
mod progress;
mod rebuild;
mod records;
mod rows;
