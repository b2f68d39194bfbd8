//! What `docs/http.md` promises, from outside.

mod bodies;
mod connections;
mod conventions;
mod cors;
mod drain;
mod headers;
mod limits;
mod logs;
mod metrics;
mod openapi;
mod process;
mod rates;
mod scripts;
mod spans;
mod trace;
