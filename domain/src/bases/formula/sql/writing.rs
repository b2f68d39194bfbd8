//! Claims as SQL. Whatever comes from a formula or a schema becomes a parameter; only ids of fields, which are letters and
//! digits, stand in the text.

use std::fmt::Write;

use serde_json::json;

use super::super::moment::Moment;
use super::super::tree::Operator;
use super::claim::Claim;
use super::condition::{Condition, Names, Parameter};
use super::limits::{INDEXED_TEXTS_MAX, PARAMETERS_MAX};
use super::term::{Form, Place, Reading, Term};
use crate::bases::ids::FieldId;

/// Nothing if a statement cannot have so many parameters.
pub fn write(claim: &Claim, names: &Names) -> Option<Condition> {
    let mut writing = Writing { names, sql: String::new(), parameters: Vec::new() };
    writing.claim(claim);
    let last = names.first_parameter.checked_add(writing.parameters.len())?;
    let condition = Condition { sql: writing.sql, parameters: writing.parameters };
    (last <= PARAMETERS_MAX + 1).then_some(condition)
}

struct Writing<'a> {
    names: &'a Names,
    sql: String,
    parameters: Vec<Parameter>,
}

impl Writing<'_> {
    fn claim(&mut self, claim: &Claim) {
        match claim {
            Claim::Always => self.sql.push_str("TRUE"),
            Claim::Never => self.sql.push_str("FALSE"),
            Claim::All(parts) => self.joined(parts, " AND "),
            Claim::Any(parts) => self.joined(parts, " OR "),
            Claim::Term(term) => {
                let sql = self.term(term);
                self.sql.push_str(&sql);
            }
        }
    }

    fn joined(&mut self, parts: &[Claim], between: &str) {
        for (index, part) in parts.iter().enumerate() {
            self.sql.push_str(if index == 0 { "(" } else { between });
            self.claim(part);
        }
        self.sql.push(')');
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Blank(place) => format!("{} IS NULL", self.value(*place)),
            Term::Filled(place) => format!("{} IS NOT NULL", self.value(*place)),
            Term::Ticked(field) => self.has(*field, json!(true)),
            Term::NotTicked(field) => format!("({}) IS NOT TRUE", self.has(*field, json!(true))),
            Term::Number(field, operator, number) => self.number(*field, *operator, *number),
            Term::OneOf(place, texts) => self.one_of(*place, texts),
            Term::NoneOf(place, texts) => format!("({}) IS NOT TRUE", self.one_of(*place, texts)),
            Term::Compared(reading, operator, with) => {
                let with = self.text(with);
                self.where_of_form(*reading, |text| {
                    format!("{text} COLLATE \"C\" {} {with}", symbol(*operator))
                })
            }
            Term::Contains(reading, sought) => {
                let sought = self.text(sought);
                self.where_of_form(*reading, |text| format!("strpos({text}, {sought}) > 0"))
            }
            Term::Lacks(reading, sought) => {
                let sought = self.text(sought);
                self.where_of_form(*reading, |text| format!("strpos({text}, {sought}) = 0"))
            }
            Term::Time(place, operator, instant) => self.time(*place, *operator, *instant),
        }
    }

    fn value(&self, place: Place) -> String {
        match place {
            Place::Cell(field) => format!("({} ->> '{field}')", self.names.cells),
            Place::RecordId => self.names.id.to_owned(),
            Place::Created => self.names.created_at.to_owned(),
            Place::Modified => self.names.modified_at.to_owned(),
        }
    }

    /// In the shape for which an index over all cells is used.
    fn has(&mut self, field: FieldId, value: serde_json::Value) -> String {
        let cell = self.text(&json!({ field.as_str(): value }).to_string());
        format!("{} @> {cell}::jsonb", self.names.cells)
    }

    fn one_of(&mut self, place: Place, texts: &[String]) -> String {
        match (place, texts) {
            (Place::Cell(field), [only]) => self.has(field, json!(only)),
            (Place::Cell(field), few) if few.len() <= INDEXED_TEXTS_MAX => {
                let each: Vec<String> = few.iter().map(|text| self.has(field, json!(text))).collect();
                format!("({})", each.join(" OR "))
            }
            (_, [only]) => format!("{} = {}", self.value(place), self.text(only)),
            (_, many) => {
                let list = self.parameter(Parameter::Texts(many.to_vec()));
                format!("{} = ANY ({list}::text[])", self.value(place))
            }
        }
    }

    /// What is no number is told nothing of.
    fn number(&mut self, field: FieldId, operator: Operator, number: f64) -> String {
        if operator == Operator::Equal {
            return self.has(field, json!(number));
        }
        let with = self.text(&format!("{number:e}"));
        let cell = format!("{} -> '{field}'", self.names.cells);
        format!(
            "CASE WHEN jsonb_typeof({cell}) = 'number' THEN ({cell})::numeric {} {with}::numeric \
             ELSE {} IS NOT NULL END",
            symbol(operator),
            self.value(Place::Cell(field))
        )
    }

    fn where_of_form(&self, reading: Reading, test: impl Fn(&str) -> String) -> String {
        let value = self.value(reading.place);
        let beyond_ascii = || format!("octet_length({value}) <> char_length({value})");
        let unlike = |form: &str| format!("translate({value}, '123456789', '000000000') <> '{form}'");
        let (text, or_else) = match reading.form {
            Form::AsIs => return test(&value),
            Form::Lower => (format!("lower({value} COLLATE \"C\")"), beyond_ascii()),
            Form::Upper => (format!("upper({value} COLLATE \"C\")"), beyond_ascii()),
            Form::Day => (value.clone(), unlike("0000-00-00")),
            Form::Midnight => (format!("({value} || 'T00:00:00.000Z')"), unlike("0000-00-00")),
            Form::Moment => (value.clone(), unlike("0000-00-00T00:00:00.000Z")),
        };
        format!("({} OR {or_else})", test(&text))
    }

    /// To the millisecond, which formulas see, where the database has microseconds: wide enough on both sides.
    fn time(&mut self, place: Place, operator: Operator, instant: jiff::Timestamp) -> String {
        let value = self.value(place);
        let at = |writing: &mut Self, milliseconds: i64| {
            let moved = instant.as_millisecond().saturating_add(milliseconds);
            let moved = jiff::Timestamp::from_millisecond(moved).unwrap_or(instant);
            format!("{}::timestamptz", writing.text(&Moment::instant(moved).iso()))
        };
        match operator {
            Operator::Less => format!("{value} < {}", at(self, 0)),
            Operator::LessOrEqual => format!("{value} < {}", at(self, 1)),
            Operator::Greater => format!("{value} > {}", at(self, 0)),
            Operator::GreaterOrEqual => format!("{value} > {}", at(self, -1)),
            Operator::Equal => format!("({value} > {} AND {value} < {})", at(self, -1), at(self, 1)),
            _ => format!("{value} <> {}", at(self, 0)),
        }
    }

    /// Declared as `text`, whatever it is cast to afterwards, so that the caller need not know.
    fn text(&mut self, text: &str) -> String {
        let placeholder = self.parameter(Parameter::Text(text.to_owned()));
        format!("{placeholder}::text")
    }

    fn parameter(&mut self, parameter: Parameter) -> String {
        let mut placeholder = String::new();
        let _ = write!(placeholder, "${}", self.names.first_parameter + self.parameters.len());
        self.parameters.push(parameter);
        placeholder
    }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::NotEqual => "<>",
        other => other.symbol(),
    }
}
