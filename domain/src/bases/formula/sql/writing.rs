//! Claims as SQL. Whatever comes from a formula or a schema becomes a parameter; only ids of fields, which are letters and
//! digits, stand in the text.

use serde_json::json;

use super::super::moment::Moment;
use super::super::tree::Operator;
use super::claim::Claim;
use super::condition::{Condition, Names};
use super::limits::{INDEXED_TEXTS_MAX, PARAMETERS_MAX};
use super::pieces::Pieces;
use super::term::{Place, Term};
use crate::bases::ids::FieldId;

/// Nothing if a statement cannot have so many parameters.
pub fn write(claim: &Claim, names: &Names) -> Option<Condition> {
    let mut writing = Writing { pieces: Pieces::new(names), sql: String::new() };
    writing.claim(claim);
    let is_indexed = is_indexed(claim);
    let condition = Condition { sql: writing.sql, parameters: writing.pieces.parameters, is_indexed };
    let next = names.first_parameter.checked_add(condition.parameters.len())?;
    (next <= PARAMETERS_MAX + 1).then_some(condition)
}

/// The terms that are written as what cells hold.
fn is_indexed(claim: &Claim) -> bool {
    match claim {
        Claim::Always => false,
        Claim::Never => true,
        Claim::Term(Term::Ticked(_) | Term::Number(_, Operator::Equal, _)) => true,
        Claim::Term(Term::OneOf(Place::Cell(_), texts)) => texts.len() <= INDEXED_TEXTS_MAX,
        Claim::Term(_) => false,
        Claim::All(parts) => parts.iter().any(is_indexed),
        Claim::Any(parts) => parts.iter().all(is_indexed),
    }
}

struct Writing<'a> {
    pieces: Pieces<'a>,
    sql: String,
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
            Term::Blank(place) => format!("{} IS NULL", self.pieces.value(*place)),
            Term::Filled(place) => format!("{} IS NOT NULL", self.pieces.value(*place)),
            Term::Ticked(field) => self.pieces.has(*field, json!(true)),
            Term::NotTicked(field) => format!("({}) IS NOT TRUE", self.pieces.has(*field, json!(true))),
            Term::Number(field, operator, number) => self.number(*field, *operator, *number),
            Term::OneOf(place, texts) => self.one_of(*place, texts),
            Term::NoneOf(place, texts) => format!("({}) IS NOT TRUE", self.one_of(*place, texts)),
            Term::Compared(reading, operator, with) => {
                let with = self.pieces.text(with);
                self.pieces.where_of_form(*reading, |text| {
                    format!("{text} COLLATE \"C\" {} {with}", symbol(*operator))
                })
            }
            Term::Contains(reading, sought) => {
                let sought = self.pieces.text(sought);
                self.pieces.where_of_form(*reading, |text| format!("strpos({text}, {sought}) > 0"))
            }
            Term::Lacks(reading, sought) => {
                let sought = self.pieces.text(sought);
                self.pieces.where_of_form(*reading, |text| format!("strpos({text}, {sought}) = 0"))
            }
            Term::Time(place, operator, instant) => self.time(*place, *operator, *instant),
        }
    }

    fn one_of(&mut self, place: Place, texts: &[String]) -> String {
        match (place, texts) {
            (Place::Cell(field), [only]) => self.pieces.has(field, json!(only)),
            (Place::Cell(field), few) if few.len() <= INDEXED_TEXTS_MAX => {
                let each: Vec<String> = few.iter().map(|text| self.pieces.has(field, json!(text))).collect();
                format!("({})", each.join(" OR "))
            }
            (_, [only]) => format!("{} = {}", self.pieces.value(place), self.pieces.text(only)),
            (_, many) => {
                let list = self.pieces.list(many);
                format!("{} = ANY ({list})", self.pieces.value(place))
            }
        }
    }

    /// What is no number is told nothing of.
    fn number(&mut self, field: FieldId, operator: Operator, number: f64) -> String {
        if operator == Operator::Equal {
            return self.pieces.has(field, json!(number));
        }
        let with = self.pieces.text(&format!("{number:e}"));
        let cell = self.pieces.json(field);
        format!(
            "CASE WHEN jsonb_typeof({cell}) = 'number' THEN ({cell})::numeric {} {with}::numeric \
             ELSE {} IS NOT NULL END",
            symbol(operator),
            self.pieces.value(Place::Cell(field))
        )
    }

    /// To the millisecond, which formulas see, where the database has microseconds: wide enough on both sides.
    fn time(&mut self, place: Place, operator: Operator, instant: jiff::Timestamp) -> String {
        let value = self.pieces.value(place);
        let at = |writing: &mut Self, milliseconds: i64| {
            let moved = instant.as_millisecond().saturating_add(milliseconds);
            let moved = jiff::Timestamp::from_millisecond(moved).unwrap_or(instant);
            format!("{}::timestamptz", writing.pieces.text(&Moment::instant(moved).iso()))
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
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::NotEqual => "<>",
        other => other.symbol(),
    }
}
