//! A small company to look at: a shipyard with its projects, tasks, people, and invoices with their papers.

mod large;

use super::Seed;

/// Five tables, or as many as a company has that keeps everything in one base.
pub fn demo(is_large: bool) -> Result<Seed, serde_json::Error> {
    let mut seed: Seed = serde_json::from_str(include_str!("harbour.json"))?;
    if is_large {
        for base in &mut seed.bases {
            large::extend(base)?;
        }
    }
    Ok(seed)
}

#[cfg(test)]
mod tests;
