//! A tree as a formula. Fields stand in it by their ids.

use std::fmt::Write;

use jiff::Timestamp;

use super::{Condition, Fault, Filter, FilterProblem, Test};
use crate::bases::formula::limits::FORMULA_BYTES_MAX;
use crate::bases::formula::{Moment, text_literal};

/// Stands between several values, which hold it nowhere.
const BETWEEN: &str = "\u{1f}";

impl Filter {
    /// The formula that keeps the same records.
    pub fn formula(&self) -> Result<String, FilterProblem> {
        let mut text = String::new();
        self.write(&mut text);
        if text.len() > FORMULA_BYTES_MAX { Err(Fault::TooLong.at("")) } else { Ok(text) }
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::All(parts) => write_all("AND", parts, text),
            Self::Any(parts) => write_all("OR", parts, text),
            Self::Not(part) => {
                text.push_str("NOT(");
                part.write(text);
                text.push(')');
            }
            Self::Meets(condition) => text.push_str(&condition.formula()),
        }
    }
}

fn write_all(function: &str, parts: &[Filter], text: &mut String) {
    // Writing to memory cannot fail.
    let _ = write!(text, "{function}(");
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        part.write(text);
    }
    text.push(')');
}

impl Condition {
    /// Neither an error nor an empty cell comes to where a function would fail for it.
    fn formula(&self) -> String {
        let field = format!("{{{}}}", self.field);
        let met = match &self.test {
            Test::Empty => format!("{field} = \"\""),
            Test::Ticked => field.clone(),
            Test::Text(sought) => format!("{field} = {}", text_literal(sought)),
            Test::Contains(sought) => format!("FIND({}, LOWER({field}))", text_literal(sought)),
            Test::Holds(sought) => {
                let between = text_literal(BETWEEN);
                let sought = text_literal(&format!("{BETWEEN}{sought}{BETWEEN}"));
                format!("FIND({sought}, {between} & ARRAYJOIN({field}, {between}) & {between})")
            }
            Test::Number(operator, number) => {
                filled(&field, &format!("{field} {} {number}", operator.symbol()))
            }
            Test::Before(at) => filled(&field, &is_before(&field, *at)),
            Test::Since(at) => filled(&field, &format!("NOT({})", is_before(&field, *at))),
        };
        if self.is_computed { format!("IF(ISERROR({field}), FALSE(), {met})") } else { met }
    }
}

fn filled(field: &str, met: &str) -> String {
    format!("IF({field} = \"\", FALSE(), {met})")
}

fn is_before(field: &str, at: Timestamp) -> String {
    format!("IS_BEFORE({field}, \"{}\")", Moment::instant(at).iso())
}
