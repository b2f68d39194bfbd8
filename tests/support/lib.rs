//! What the black-box tests share.

pub mod airtide;
pub mod api;
pub mod backends;
pub mod broker;
pub mod browser;
pub mod checkpoints;
pub mod cluster;
pub mod database;
pub mod filled;
pub mod forgery;
pub mod http;
pub mod log;
pub mod operator;
pub mod processes;
pub mod projections;
pub mod proxy;
pub mod random;
pub mod receiver;
pub mod skipped;
pub mod smtp;
pub mod sse;
pub mod team;
pub mod transfer;
pub mod wait;
pub mod work;
pub mod workers;
