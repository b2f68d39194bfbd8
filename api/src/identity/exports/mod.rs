//! What is known of a person, and of a tenant, for them to take along: one line of JSON for each thing, in pages from where
//! each lies, so that no export is ever held as a whole. Secrets are in none: what lets somebody in is kept as hashes.

mod events;
mod keys;
mod lines;
pub mod person;
pub mod tenant;
