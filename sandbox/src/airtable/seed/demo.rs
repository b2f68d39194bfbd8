//! A small company to look at: projects, tasks, people, and invoices with their papers.

use super::Seed;

/// Small, or with 35 tables.
pub fn demo(_is_large: bool) -> Result<Seed, serde_json::Error> {
    serde_json::from_str(include_str!("demo.json"))
}
