//! `/v1/tenant/closing`: a tenant is given up, which can be taken back for a while.

pub mod begin;
pub mod withdraw;
