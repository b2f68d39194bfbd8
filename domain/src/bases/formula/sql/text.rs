//! Texts that are there, compared as the formula does it: byte by byte, which is also by code points.

use super::super::tree::Operator;
use super::claim::Claim;
use super::comparison::opposite;
use super::leaves::Leaves;
use super::literal::sayable;
use super::term::{Form, Reading, Term};
use super::truth::Truth;

pub fn compared(leaves: &Leaves<'_>, reading: Reading, operator: Operator, with: &str) -> Option<Truth> {
    if with.is_empty() {
        let holds = matches!(operator, Operator::NotEqual | Operator::Greater | Operator::GreaterOrEqual);
        return Some(Truth::certain(holds));
    }
    let with = sayable(leaves, with)?;
    Some(Truth { holds: claim(reading, operator, &with), fails: claim(reading, opposite(operator), &with) })
}

fn claim(reading: Reading, operator: Operator, with: &str) -> Claim {
    let with = with.to_owned();
    let term = match operator {
        Operator::Equal if reading.form == Form::AsIs => Term::OneOf(reading.place, vec![with]),
        Operator::NotEqual if reading.form == Form::AsIs => Term::NoneOf(reading.place, vec![with]),
        _ => Term::Compared(reading, operator, with),
    };
    term.into()
}
