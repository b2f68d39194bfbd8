//! `/v1/ops/tenants/{tenant}/quotas`.

pub mod change;
pub mod show;
