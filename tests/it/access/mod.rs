//! Who may do what, over every operation that the document of the API lists.

mod callers;
mod document;
mod matrix;
mod two_tenants;
