//! The composition root of Airtide and its only binary: subcommands, configuration, and the development mode.

pub mod commands;
pub mod config;
pub mod dev;
mod doctor;
mod failure;
mod listening;
mod stop;
mod telemetry;
mod wire;
