//! What people are told, and what leaves the house for the workspaces they work in.

pub mod deliver_webhooks;
pub mod send_mail;
