//! The black-box tests, in folders named as the program's parts.

mod log;
mod server;
