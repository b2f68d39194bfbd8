//! Work about bases.

pub mod fetch_attachments;
