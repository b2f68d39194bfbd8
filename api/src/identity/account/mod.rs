//! A person's account as a whole.

pub mod delete;
mod leaving;
