//! Functions of many values: counts, sums and extremes. Lists are taken element by element.

use super::super::evaluate::{Answer, Evaluation};
use super::super::moment::Moment;
use super::super::value::Value;
use super::{Arguments, Function, MANY};

pub static FUNCTIONS: [Function; 7] = [
    Function::plain("AVERAGE", 1, MANY, average),
    Function::plain("COUNT", 1, MANY, |_, arguments| Ok(length(numbers(&arguments).len()))),
    Function::plain("COUNTA", 1, MANY, count_filled),
    Function::plain("COUNTALL", 1, MANY, |_, arguments| Ok(length(arguments.flat().len()))),
    Function::plain("MAX", 1, MANY, |_, arguments| Ok(extreme(&arguments, f64::max, |new, old| new > old))),
    Function::plain("MIN", 1, MANY, |_, arguments| Ok(extreme(&arguments, f64::min, |new, old| new < old))),
    Function::plain("SUM", 1, MANY, |_, arguments| Ok(numbers(&arguments).into_iter().sum::<f64>().into())),
];

fn average<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let numbers = numbers(&arguments);
    Ok((numbers.iter().sum::<f64>() / numbers.len() as f64).into())
}

fn count_filled<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok(length(arguments.flat().into_iter().filter(|value| !value.is_blank()).count()))
}

/// Only numbers count: neither texts, though they may look like numbers, nor blanks.
fn numbers(arguments: &Arguments<'_>) -> Vec<f64> {
    let number = |value: &Value<'_>| match value {
        Value::Number(_) | Value::Boolean(_) => Some(value.to_number()),
        _ => None,
    };
    arguments.flat().into_iter().filter_map(number).collect()
}

fn length<'a>(count: usize) -> Value<'a> {
    (count as f64).into()
}

/// Of dates where there is no number among the values. Of nothing it is zero.
fn extreme<'a>(
    arguments: &Arguments<'a>,
    number: fn(f64, f64) -> f64,
    goes_before: fn(i64, i64) -> bool,
) -> Value<'a> {
    if let Some(found) = numbers(arguments).into_iter().reduce(number) {
        return found.into();
    }
    let moments = arguments.flat().into_iter().filter_map(|value| match value {
        Value::Moment(moment) => Some(moment),
        _ => None,
    });
    let found: Option<&Moment> = moments
        .reduce(|old, new| if goes_before(new.milliseconds(), old.milliseconds()) { new } else { old });
    found.map_or(Value::Number(0.0), |moment| moment.clone().into())
}
