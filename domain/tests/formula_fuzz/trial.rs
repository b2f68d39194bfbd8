//! What every case is held to.

use std::time::Duration;

use domain::bases::formula::limits::{FORMULA_BYTES_MAX, LIST_ELEMENTS_MAX, TEXT_CHARACTERS_MAX};
use domain::bases::formula::sql::limits::TERMS_MAX;
use domain::bases::formula::sql::{Condition, Names};
use domain::bases::formula::{Context, Formula, Problem, Value};

use crate::rows::{Sheet, fields};
use crate::shortened;

#[derive(Debug, Default)]
pub struct Outcome {
    pub is_formula: bool,
    pub has_value: bool,
    pub is_narrowed: bool,
    pub lasted: Duration,
    pub bytes: usize,
}

const NAMES: Names =
    Names { cells: "cells", id: "id", created_at: "created", modified_at: "modified", first_parameter: 1 };

pub fn tried(text: &str, row: &Sheet) -> Outcome {
    match Formula::read(text, &fields()) {
        Ok(formula) => evaluated(&formula, row),
        Err(problem) => {
            points_into(&problem, text);
            Outcome::default()
        }
    }
}

fn points_into(problem: &Problem, text: &str) {
    assert!(text.is_char_boundary(problem.position.offset) || text.len() > FORMULA_BYTES_MAX, "{problem}");
    assert!(!problem.to_string().is_empty());
}

fn evaluated(formula: &Formula, row: &Sheet) -> Outcome {
    reads_back(formula);
    let context = Context::utc("2024-03-10T12:30:00Z".parse().expect("a time"));
    let has_value = {
        let value = formula.value(row, &context);
        let is_true = value.as_ref().is_ok_and(Value::is_true);
        assert_eq!(formula.keeps(row, &context), is_true);
        assert!(value.as_ref().map_or(true, is_bounded));
        value.is_ok()
    };
    let narrowed = formula.narrowed(row, &NAMES, &context);
    assert!(narrowed.as_ref().is_none_or(is_small));
    let _ = formula.dependencies();
    Outcome { is_formula: true, has_value, is_narrowed: narrowed.is_some(), ..Outcome::default() }
}

/// What is stored always does. What is shown may have become longer than one may write.
fn reads_back(formula: &Formula) {
    let stored = formula.stored();
    assert!(Formula::restore(&stored).as_ref() == Ok(formula), "{}", shortened(&stored));
    let shown = formula.shown(&fields());
    if shown.len() <= FORMULA_BYTES_MAX {
        assert!(Formula::read(&shown, &fields()).as_ref() == Ok(formula), "{}", shortened(&shown));
    }
}

fn is_bounded(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.chars().count() <= TEXT_CHARACTERS_MAX,
        Value::List(elements) => elements.len() <= LIST_ELEMENTS_MAX && elements.iter().all(is_bounded),
        Value::Error(_) => false,
        Value::Blank | Value::Number(_) | Value::Boolean(_) | Value::Moment(_) => true,
    }
}

fn is_small(condition: &Condition) -> bool {
    condition.sql.len() <= TERMS_MAX * 1_000 && condition.parameters.len() <= TERMS_MAX * 10
}
