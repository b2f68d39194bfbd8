//! Events over HTTP: as a list, live, thing by thing, and on the page that shows them.

mod history;
mod list;
mod operate;
mod page;
mod rights;
mod stream;
