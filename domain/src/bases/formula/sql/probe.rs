//! What a part of a formula comes to where all that it reads is known: evaluated, not reckoned anew, so that
//! blanks, choices and constants are sure to mean the same as in the formula.

use jiff::Timestamp;

use super::super::evaluate::{Answer, Evaluation};
use super::super::fault::Fault;
use super::super::row::{Context, Row};
use super::super::tree::Expression;
use super::super::value::Value;
use super::truth::Truth;

/// Which sides a part may be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    pub holds: bool,
    pub fails: bool,
}

/// For a row whose cells, as far as they are read, all have this value, and that was never edited.
pub fn sides(expression: &Expression, cell: Value<'_>, context: &Context) -> Sides {
    let row = Probe { cell };
    Sides::of(&Evaluation::new(&row, context).value(expression))
}

/// The value of what reads nothing of a row.
pub fn constant(expression: &Expression, context: &Context) -> Result<Value<'static>, Fault> {
    let row = Probe { cell: Value::Blank };
    Evaluation::new(&row, context).value(expression).map(Value::into_owned)
}

impl Sides {
    fn of(answer: &Answer<'_>) -> Self {
        match answer {
            Err(_) => Self { holds: false, fails: false },
            // `AND` and `OR` look into lists.
            Ok(Value::List(_)) => Self { holds: true, fails: true },
            Ok(value) => Self { holds: value.is_true(), fails: !value.is_true() },
        }
    }
}

impl From<Sides> for Truth {
    fn from(sides: Sides) -> Self {
        Self::when(sides.holds, sides.fails)
    }
}

struct Probe<'a> {
    cell: Value<'a>,
}

impl Row for Probe<'_> {
    fn cell(&self, _: &str) -> Value<'_> {
        self.cell.clone()
    }

    fn record_id(&self) -> &str {
        ""
    }

    fn created_time(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn last_modified_time(&self, _: &[&str]) -> Option<Timestamp> {
        None
    }
}
