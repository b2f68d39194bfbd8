//! Regular expressions, compiled once for all rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

use super::fault::Fault;
use super::limits::{PATTERN_BYTES_MAX, PATTERN_PROGRAM_BYTES_MAX, PATTERNS_KEPT_MAX};

#[derive(Debug, Default)]
pub struct Patterns {
    kept: Mutex<HashMap<String, Arc<Regex>>>,
}

impl Patterns {
    /// The pattern compiled. It is shared, since a copy would begin without what matching keeps. When there are too
    /// many, all are forgotten: formulas seldom have more than a few.
    pub fn compiled(&self, pattern: &str) -> Result<Arc<Regex>, Fault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = kept.get(pattern) {
            return Ok(Arc::clone(regex));
        }
        let regex = Arc::new(compile(pattern)?);
        if kept.len() >= PATTERNS_KEPT_MAX {
            kept.clear();
        }
        kept.insert(pattern.to_owned(), Arc::clone(&regex));
        Ok(regex)
    }
}

fn compile(pattern: &str) -> Result<Regex, Fault> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let compiled = RegexBuilder::new(pattern).size_limit(PATTERN_PROGRAM_BYTES_MAX).build();
    compiled.map_err(|_| Fault::NotAPattern)
}
