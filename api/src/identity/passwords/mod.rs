//! Passwords: which ones are accepted, and how they are kept.

mod argon;
mod hasher;
mod policy;

pub use hasher::{Busy, Hasher};
pub use policy::{Context, LENGTH_MAX, Policy, Weakness};
