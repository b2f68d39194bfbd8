//! Both sides of a part of a formula. A row for which it is a fault need be on neither.

use super::claim::Claim;
use super::limits::BRANCHED_TERMS_MAX;

#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// For every row for which the part is true.
    pub holds: Claim,
    /// For every row for which it is false.
    pub fails: Claim,
}

impl Truth {
    pub const UNKNOWN: Truth = Truth { holds: Claim::Always, fails: Claim::Always };

    pub fn when(holds: bool, fails: bool) -> Self {
        Self { holds: Claim::when(holds), fails: Claim::when(fails) }
    }

    pub fn certain(holds: bool) -> Self {
        Self::when(holds, !holds)
    }

    pub fn negated(self) -> Self {
        Self { holds: self.fails, fails: self.holds }
    }

    pub fn all(parts: Vec<Truth>) -> Self {
        let (holds, fails): (Vec<_>, Vec<_>) = parts.into_iter().map(|part| (part.holds, part.fails)).unzip();
        Self { holds: Claim::all(holds), fails: Claim::any(fails) }
    }

    pub fn any(parts: Vec<Truth>) -> Self {
        let (holds, fails): (Vec<_>, Vec<_>) = parts.into_iter().map(|part| (part.holds, part.fails)).unzip();
        Self { holds: Claim::any(holds), fails: Claim::all(fails) }
    }

    /// One of two, by a condition.
    pub fn chosen(condition: Truth, then: Truth, otherwise: Truth) -> Self {
        let size = condition.holds.size() + condition.fails.size();
        let condition = if size > BRANCHED_TERMS_MAX { Self::UNKNOWN } else { condition };
        let side = |then, otherwise| {
            let first = Claim::all([condition.holds.clone(), then]);
            Claim::any([first, Claim::all([condition.fails.clone(), otherwise])])
        };
        Self { holds: side(then.holds, otherwise.holds), fails: side(then.fails, otherwise.fails) }
    }
}
