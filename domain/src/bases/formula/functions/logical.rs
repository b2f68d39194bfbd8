//! Functions of truth and choice.

use super::super::assumed::INFINITE_IS_ERROR;
use super::super::compare::equal;
use super::super::evaluate::{Answer, Evaluation};
use super::super::fault::Fault;
use super::super::tree::Expression;
use super::super::value::Value;
use super::{Arguments, Function, MANY};

pub static FUNCTIONS: [Function; 11] = [
    Function::plain("AND", 1, MANY, and),
    Function::plain("BLANK", 0, 0, |_, _| Ok(Value::Blank)),
    Function::plain("ERROR", 0, 0, |_, _| Err(Fault::Asked)),
    Function::plain("FALSE", 0, 0, |_, _| Ok(false.into())),
    Function::lazy("IF", 2, 3, choose),
    Function::lazy("ISERROR", 1, 1, is_error),
    Function::plain("NOT", 1, 1, not),
    Function::plain("OR", 1, MANY, or),
    Function::lazy("SWITCH", 3, MANY, switch),
    Function::plain("TRUE", 0, 0, |_, _| Ok(true.into())),
    Function::plain("XOR", 1, MANY, xor),
];

fn and<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok(arguments.flat().into_iter().all(Value::is_true).into())
}

fn or<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok(arguments.flat().into_iter().any(Value::is_true).into())
}

fn xor<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let count = arguments.flat().into_iter().filter(|value| value.is_true()).count();
    Ok((count % 2 == 1).into())
}

fn not<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok((!arguments.value(0).is_true()).into())
}

fn choose<'a>(evaluation: &Evaluation<'a>, arguments: &'a [Expression]) -> Answer<'a> {
    let condition = branch(evaluation, arguments.first())?;
    branch(evaluation, arguments.get(if condition.is_true() { 1 } else { 2 }))
}

fn is_error<'a>(evaluation: &Evaluation<'a>, arguments: &'a [Expression]) -> Answer<'a> {
    let error = match branch(evaluation, arguments.first()) {
        Err(_) => true,
        Ok(Value::Number(number)) => INFINITE_IS_ERROR && !number.is_finite(),
        Ok(_) => false,
    };
    Ok(error.into())
}

/// Pairs of a pattern and its result, and at the end perhaps a result for all others.
fn switch<'a>(evaluation: &Evaluation<'a>, arguments: &'a [Expression]) -> Answer<'a> {
    let subject = branch(evaluation, arguments.first())?;
    let mut cases = arguments.get(1..).unwrap_or_default().chunks(2);
    loop {
        match cases.next() {
            None => return Ok(Value::Blank),
            Some([pattern, result]) => {
                if equal(&subject, &evaluation.value(pattern)?) {
                    return evaluation.value(result);
                }
            }
            Some(otherwise) => return branch(evaluation, otherwise.first()),
        }
    }
}

fn branch<'a>(evaluation: &Evaluation<'a>, expression: Option<&'a Expression>) -> Answer<'a> {
    expression.map_or(Ok(Value::Blank), |expression| evaluation.value(expression))
}
