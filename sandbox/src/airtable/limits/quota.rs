//! Calls of a month, for each workspace.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::bases::ids::WorkspaceId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

#[derive(Default)]
pub struct Quotas {
    used: Mutex<HashMap<(WorkspaceId, i16, i8), u64>>,
}

impl Quotas {
    /// Counts a call, unless the month's are used up.
    pub fn admit(&self, calls: Option<u64>, workspace: WorkspaceId, at: Timestamp) -> bool {
        let day = at.to_zoned(TimeZone::UTC).date();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let used = used.entry((workspace, day.year(), day.month())).or_default();
        let is_left = calls.is_none_or(|calls| *used < calls);
        *used += u64::from(is_left);
        is_left
    }

    pub fn clear(&self) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_calls_and_the_next_one_has_them_again() {
        let quotas = Quotas::default();
        let workspace = WorkspaceId::parse("wspOne00000000000").unwrap();
        let passes = |at: &str| quotas.admit(Some(2), workspace, at.parse().unwrap());
        assert!(passes("2026-01-31T10:00:00Z") && passes("2026-01-31T10:00:00Z"));
        assert!(!passes("2026-01-31T23:59:59Z"));
        assert!(passes("2026-02-01T00:00:00Z"));
    }
}
