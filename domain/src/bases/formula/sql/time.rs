//! Days and moments that are there.

use jiff::Timestamp;

use super::super::dates::unit::Unit;
use super::super::functions::Arguments;
use super::super::moment::Moment;
use super::super::tree::{Expression, Operator};
use super::super::value::Value;
use super::claim::Claim;
use super::comparison::opposite;
use super::leaves::Leaves;
use super::literal::literal;
use super::subject::{Subject, Time};
use super::term::{Form, Place, Reading, Term};
use super::text;
use super::truth::Truth;

/// With an operator.
pub fn compared(leaves: &Leaves<'_>, time: Time, operator: Operator, with: &Value<'_>) -> Option<Truth> {
    match with {
        Value::Moment(moment) => beside(time, operator, moment.milliseconds()),
        Value::Text(with) => text::compared(leaves, Subject::Time(time).as_text()?, operator, with),
        Value::Blank if operator == Operator::Equal => Some(Truth::certain(false)),
        Value::Blank if operator == Operator::NotEqual => Some(Truth::certain(true)),
        Value::Blank | Value::Number(_) | Value::Boolean(_) => {
            let number = with.to_number();
            // Beside a number, a moment is its milliseconds. What is not whole is between two of them.
            (number.fract() == 0.0).then(|| beside(time, operator, number as i64)).flatten()
        }
        Value::List(_) | Value::Error(_) => None,
    }
}

/// `IS_AFTER`, `IS_BEFORE` and `IS_SAME`.
pub fn truth(leaves: &Leaves<'_>, function: &str, arguments: &[Expression]) -> Option<Truth> {
    let [first, second, unit @ ..] = arguments else { return None };
    let (time, value, before, after) = match (time_of(leaves, first), time_of(leaves, second)) {
        (Some(time), None) => (time, literal(leaves, second)?, Operator::Less, Operator::Greater),
        (None, Some(time)) => (time, literal(leaves, first)?, Operator::Greater, Operator::Less),
        _ => return None,
    };
    let moment = value.and_then(|value| Arguments::new(vec![value]).moment(0, leaves.context));
    let Ok(moment) = moment else { return Some(Truth::when(false, false)) };
    match (function, unit) {
        ("IS_BEFORE", []) => beside(time, before, moment.milliseconds()),
        ("IS_AFTER", []) => beside(time, after, moment.milliseconds()),
        ("IS_SAME", []) => beside(time, Operator::Equal, moment.milliseconds()),
        ("IS_SAME", [unit]) => match Unit::read(&literal(leaves, unit)?.ok()?.to_text()).ok()? {
            Unit::Millisecond => beside(time, Operator::Equal, moment.milliseconds()),
            unit => near(time, moment.milliseconds(), unit),
        },
        _ => None,
    }
}

fn time_of(leaves: &Leaves<'_>, expression: &Expression) -> Option<Time> {
    match Subject::of(leaves, expression)? {
        Subject::Time(time) => Some(time),
        Subject::Text(_) | Subject::Number(_) => None,
    }
}

fn beside(time: Time, operator: Operator, milliseconds: i64) -> Option<Truth> {
    Some(Truth {
        holds: claim(time, operator, milliseconds)?,
        fails: claim(time, opposite(operator), milliseconds)?,
    })
}

/// In the same unit of the calendar. Zones are left out of it: none is farther from UTC than 26 hours, and both may be.
fn near(time: Time, milliseconds: i64, unit: Unit) -> Option<Truth> {
    const DAY: i64 = 86_400_000;
    let longest = match unit {
        Unit::Year => 366,
        Unit::Quarter => 92,
        Unit::Month => 31,
        Unit::Week => 7,
        Unit::Day | Unit::Hour | Unit::Minute | Unit::Second | Unit::Millisecond => 1,
    };
    let reach = (longest + 3) * DAY;
    let from = claim(time, Operator::GreaterOrEqual, milliseconds.checked_sub(reach)?)?;
    let to = claim(time, Operator::LessOrEqual, milliseconds.checked_add(reach)?)?;
    Some(Truth { holds: Claim::all([from, to]), fails: Claim::Always })
}

fn claim(time: Time, operator: Operator, milliseconds: i64) -> Option<Claim> {
    let instant = Timestamp::from_millisecond(milliseconds).ok().filter(is_plain)?;
    let text = Moment::instant(instant).iso();
    let term = match time {
        Time::Day(place) => Term::Compared(Reading { place, form: Form::Midnight }, operator, text),
        Time::Moment(place) => Term::Compared(Reading { place, form: Form::Moment }, operator, text),
        Time::OfRecord(place @ (Place::Created | Place::Modified)) => Term::Time(place, operator, instant),
        Time::OfRecord(_) => return None,
    };
    Some(term.into())
}

/// In years of four digits, whose texts are in the order of time, and of which Postgres knows the milliseconds before and
/// after.
fn is_plain(instant: &Timestamp) -> bool {
    const FIRST: Timestamp = Timestamp::constant(-62_000_000_000, 0);
    const LAST: Timestamp = Timestamp::constant(253_000_000_000, 0);
    (FIRST..LAST).contains(instant)
}
