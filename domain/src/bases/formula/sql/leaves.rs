//! The parts of a formula between which its logic stands. Something is said of those that read one place.

use std::cell::Cell;

use super::super::row::Context;
use super::super::tree::Expression;
use super::super::value::Value;
use super::claim::Claim;
use super::columns::{Column, Columns};
use super::comparison;
use super::limits::{LITERAL_BYTES_MAX, TRIED_PARTS_MAX};
use super::probe::{Sides, sides};
use super::search;
use super::source::{Extent, Source};
use super::subject::Subject;
use super::term::{Place, Term};
use super::time;
use super::truth::Truth;
use crate::bases::ids::{ChoiceId, FieldId};

pub struct Leaves<'a> {
    pub columns: &'a dyn Columns,
    pub context: &'a Context,
    tried_parts: Cell<usize>,
    literal_bytes: Cell<usize>,
}

impl<'a> Leaves<'a> {
    pub fn new(columns: &'a dyn Columns, context: &'a Context) -> Self {
        Self { columns, context, tried_parts: Cell::new(0), literal_bytes: Cell::new(0) }
    }

    pub fn truth(&self, expression: &Expression) -> Truth {
        let extent = Extent::of(expression);
        match extent.source {
            Source::Nothing => sides(expression, Value::Blank, self.context).into(),
            Source::One(Place::Cell(field)) => match self.columns.column(field.as_str()) {
                Column::Other => Truth::UNKNOWN,
                Column::Checkbox => self.of_checkbox(expression, field),
                Column::Choice(choices) => self.of_choice(expression, field, choices, extent.parts),
                Column::Text | Column::Number | Column::Day | Column::Moment => {
                    self.with_blank(expression, Place::Cell(field))
                }
            },
            Source::One(Place::Modified) => self.with_blank(expression, Place::Modified),
            Source::One(Place::RecordId | Place::Created) => self.filled(expression),
            Source::Many => Truth::UNKNOWN,
        }
    }

    /// Whether so much text may still be kept for a condition.
    pub fn spend(&self, bytes: usize) -> bool {
        self.literal_bytes.set(self.literal_bytes.get().saturating_add(bytes));
        self.literal_bytes.get() <= LITERAL_BYTES_MAX
    }

    fn of_checkbox(&self, expression: &Expression, field: FieldId) -> Truth {
        let ticked = sides(expression, Value::Boolean(true), self.context);
        let blank = sides(expression, Value::Blank, self.context);
        let side = |ticked, blank| match (ticked, blank) {
            (true, true) => Claim::Always,
            (true, false) => Term::Ticked(field).into(),
            (false, true) => Term::NotTicked(field).into(),
            (false, false) => Claim::Never,
        };
        Truth { holds: side(ticked.holds, blank.holds), fails: side(ticked.fails, blank.fails) }
    }

    fn of_choice(
        &self,
        expression: &Expression,
        field: FieldId,
        choices: &[(ChoiceId, String)],
        parts: usize,
    ) -> Truth {
        self.tried_parts.set(self.tried_parts.get().saturating_add(parts.saturating_mul(choices.len())));
        if self.tried_parts.get() > TRIED_PARTS_MAX {
            return Truth::UNKNOWN;
        }
        let tried: Vec<(ChoiceId, Sides)> = choices
            .iter()
            .map(|(id, name)| (*id, sides(expression, Value::text(name.as_str()), self.context)))
            .collect();
        let blank = sides(expression, Value::Blank, self.context);
        let side = |blank, has: fn(&Sides) -> bool| chosen(Place::Cell(field), &tried, blank, has);
        Truth { holds: side(blank.holds, |sides| sides.holds), fails: side(blank.fails, |sides| sides.fails) }
    }

    /// What it comes to for a blank is tried; what for all else is told by its shape, if it can be.
    fn with_blank(&self, expression: &Expression, place: Place) -> Truth {
        let blank = sides(expression, Value::Blank, self.context);
        let filled = self.filled(expression);
        let holds = beside_blank(place, blank.holds, filled.holds);
        Truth { holds, fails: beside_blank(place, blank.fails, filled.fails) }
    }

    fn filled(&self, expression: &Expression) -> Truth {
        let known = match expression {
            Expression::Chain { first, rest } => match rest.as_slice() {
                [(operator, second)] => comparison::truth(self, first, *operator, second),
                _ => None,
            },
            Expression::Call { function, arguments } if function.name.starts_with("IS_") => {
                time::truth(self, function.name, arguments)
            }
            _ => search::truth(self, expression)
                .or_else(|| Some(Subject::of(self, expression)?.truth_of_itself())),
        };
        known.unwrap_or(Truth::UNKNOWN)
    }
}

/// An id that is no choice is a blank.
fn chosen(place: Place, tried: &[(ChoiceId, Sides)], blank: bool, has: fn(&Sides) -> bool) -> Claim {
    let ids = |wanted: bool| -> Vec<String> {
        tried.iter().filter(|(_, sides)| has(sides) == wanted).map(|(id, _)| id.to_string()).collect()
    };
    let (inside, outside) = (ids(true), ids(false));
    match blank {
        true if outside.is_empty() => Claim::Always,
        true => Term::NoneOf(place, outside).into(),
        false if inside.is_empty() => Claim::Never,
        false => Term::OneOf(place, inside).into(),
    }
}

fn beside_blank(place: Place, blank: bool, filled: Claim) -> Claim {
    match (blank, filled) {
        (true, Claim::Term(term)) if term.holds_for_blank() => term.into(),
        (true, filled) => Claim::any([Term::Blank(place).into(), filled]),
        (false, Claim::Always) => Term::Filled(place).into(),
        (false, Claim::Term(term)) if term.holds_for_blank() => {
            Claim::all([Term::Filled(place).into(), term.into()])
        }
        (false, filled) => filled,
    }
}
