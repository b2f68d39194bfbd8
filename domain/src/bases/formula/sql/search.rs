//! `FIND` and `SEARCH`, alone or compared: whether a text has another in it.

use super::super::assumed::SEARCH_IGNORES_CASE;
use super::super::evaluate::apply;
use super::super::tree::{Expression, Operator};
use super::super::value::Value;
use super::claim::Claim;
use super::leaves::Leaves;
use super::literal::{literal, sayable};
use super::subject::Subject;
use super::term::{Reading, Term};
use super::truth::Truth;

pub struct Search {
    reading: Reading,
    sought: String,
    /// Else it may be there and yet not be found.
    from_start: bool,
    /// The value where it is not found.
    missing: Value<'static>,
}

/// Standing alone, it is true where something is found.
pub fn truth(leaves: &Leaves<'_>, expression: &Expression) -> Option<Truth> {
    let search = Search::of(leaves, expression)??;
    Some(Truth { holds: search.found(), fails: search.not_found() })
}

impl Search {
    /// Nothing if it is no search, nothing within if the database cannot tell.
    pub fn of(leaves: &Leaves<'_>, expression: &Expression) -> Option<Option<Self>> {
        let Expression::Call { function, arguments } = expression else { return None };
        match function.name {
            "FIND" => Some(Self::read(leaves, arguments, Value::Number(0.0))),
            "SEARCH" if SEARCH_IGNORES_CASE => Some(None),
            "SEARCH" => Some(Self::read(leaves, arguments, Value::Blank)),
            _ => None,
        }
    }

    fn read(leaves: &Leaves<'_>, arguments: &[Expression], missing: Value<'static>) -> Option<Self> {
        let [sought, text, start @ ..] = arguments else { return None };
        let reading = Subject::of(leaves, text)?.as_text()?;
        let sought = sayable(leaves, &literal(leaves, sought)?.ok()?.to_text())?;
        let from_start = match start {
            [] => true,
            [start, ..] => literal(leaves, start)?.ok()?.to_number() as usize <= 1,
        };
        Some(Self { reading, sought, from_start, missing })
    }

    pub fn compared(&self, operator: Operator, with: &Value<'_>) -> Option<Truth> {
        let position = match with {
            Value::Number(_) | Value::Boolean(_) | Value::Blank => with.to_number(),
            _ => return None,
        };
        let missing = apply(operator, &self.missing, with).is_true();
        let found = outcomes(operator, with, position);
        let side = |wanted: bool| {
            let found = if found.contains(&wanted) { self.found() } else { Claim::Never };
            Claim::any([found, if missing == wanted { self.not_found() } else { Claim::Never }])
        };
        Some(Truth { holds: side(true), fails: side(false) })
    }

    fn found(&self) -> Claim {
        Term::Contains(self.reading, self.sought.clone()).into()
    }

    fn not_found(&self) -> Claim {
        if self.from_start { Term::Lacks(self.reading, self.sought.clone()).into() } else { Claim::Always }
    }
}

/// What comparing comes to at any position: it changes at the number it is compared with, and nowhere else.
fn outcomes(operator: Operator, with: &Value<'_>, number: f64) -> Vec<bool> {
    /// Farther than any text is long.
    const LAST: f64 = 1e15;
    let positions = [1.0, LAST].into_iter().chain((1.0..=LAST).contains(&number).then_some(number));
    positions.map(|position| apply(operator, &Value::Number(position), with).is_true()).collect()
}
