//! What the black-box tests share.

pub mod airtide;
pub mod database;
pub mod http;
pub mod log;
pub mod processes;
pub mod skipped;
pub mod wait;
