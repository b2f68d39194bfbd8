//! The black-box tests, in folders named as the program's parts.

mod access;
mod airtable;
mod auth;
mod bases;
mod clients;
mod events;
mod house;
mod http;
mod identity;
mod keys;
mod log;
mod ops;
mod projections;
mod relay;
mod server;
mod work;
