//! Functions of one or two numbers.

use super::super::evaluate::{Answer, Evaluation};
use super::{Arguments, Function};

pub static FUNCTIONS: [Function; 6] = [
    Function::plain("ABS", 1, 1, |_, arguments| Ok(arguments.number(0).abs().into())),
    Function::plain("EXP", 1, 1, |_, arguments| Ok(arguments.number(0).exp().into())),
    Function::plain("LOG", 1, 2, logarithm),
    Function::plain("MOD", 2, 2, modulo),
    Function::plain("POWER", 2, 2, |_, arguments| Ok(arguments.number(0).powf(arguments.number(1)).into())),
    Function::plain("SQRT", 1, 1, |_, arguments| Ok(arguments.number(0).sqrt().into())),
];

fn logarithm<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let number = arguments.number(0);
    let logarithm = match arguments.number_or(1, 10.0) {
        2.0 => number.log2(),
        10.0 => number.log10(),
        base => number.ln() / base.ln(),
    };
    Ok(logarithm.into())
}

/// The remainder has the sign of the divisor.
fn modulo<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (number, divisor) = (arguments.number(0), arguments.number(1));
    let remainder = number % divisor;
    let other_sign = remainder != 0.0 && (remainder < 0.0) != (divisor < 0.0);
    Ok(if other_sign { remainder + divisor } else { remainder }.into())
}
