//! Functions that round.

use super::super::evaluate::{Answer, Evaluation};
use super::{Arguments, Function};

pub static FUNCTIONS: [Function; 8] = [
    Function::plain("CEILING", 1, 2, |_, arguments| multiple(&arguments, f64::ceil)),
    Function::plain("EVEN", 1, 1, |_, arguments| Ok(((arguments.number(0) / 2.0).ceil() * 2.0).into())),
    Function::plain("FLOOR", 1, 2, |_, arguments| multiple(&arguments, f64::floor)),
    Function::plain("INT", 1, 1, |_, arguments| Ok(arguments.number(0).floor().into())),
    Function::plain("ODD", 1, 1, odd),
    // Halves go up, below zero too.
    Function::plain("ROUND", 1, 2, |_, arguments| decimals(&arguments, |number| (number + 0.5).floor())),
    Function::plain("ROUNDDOWN", 1, 2, |_, arguments| decimals(&arguments, f64::trunc)),
    Function::plain("ROUNDUP", 1, 2, |_, arguments| {
        decimals(&arguments, |number| number.abs().ceil().copysign(number))
    }),
];

/// Away from zero, to the next odd number.
fn odd<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let number = arguments.number(0);
    let size = ((number.abs() - 1.0) / 2.0).ceil().max(0.0) * 2.0 + 1.0;
    Ok(if number.is_nan() { number } else { size.copysign(number) }.into())
}

fn multiple<'a>(arguments: &Arguments<'a>, round: fn(f64) -> f64) -> Answer<'a> {
    let significance = arguments.number_or(1, 1.0);
    Ok(tidy(round(tidy(arguments.number(0) / significance)) * significance).into())
}

fn decimals<'a>(arguments: &Arguments<'a>, round: fn(f64) -> f64) -> Answer<'a> {
    let number = arguments.number(0);
    let scale = 10_f64.powf(arguments.number(1).trunc());
    let rounded = tidy(round(tidy(number * scale)) / scale);
    // Where the scale is beyond all numbers, there is nothing to round.
    Ok(if rounded.is_nan() { number } else { rounded }.into())
}

/// Without what binary fractions add: 1.1 * 10 is 11, not a little more.
fn tidy(number: f64) -> f64 {
    if number.is_finite() { format!("{number:.14e}").parse().unwrap_or(number) } else { number }
}
