//! Read models about who works here, and about what happened.

pub mod activity;
pub mod audit;
pub mod daily_events;
pub mod event_index;
pub mod members;
pub mod tenants;
pub mod users;
pub mod webhooks;
pub mod workspaces;
