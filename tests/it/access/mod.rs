//! Who may do what, over every operation that the document of the API lists.

mod callers;
mod document;
mod injection;
mod matrix;
mod probes;
mod two_tenants;
