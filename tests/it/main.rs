//! The black-box tests, in folders named as the program's parts.

mod house;
mod log;
mod server;
