//! `/v1/ops/administrators`: who administers the platform.

pub mod list;
pub mod name;
pub mod remove;
