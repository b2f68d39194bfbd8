//! Functions of regular expressions, in the syntax of RE2.

use super::super::evaluate::{Answer, Evaluation, bounded, push};
use super::super::fault::Fault;
use super::super::value::Value;
use super::{Arguments, Function};
use regex::Captures;

pub static FUNCTIONS: [Function; 3] = [
    Function::plain("REGEX_EXTRACT", 2, 2, extract),
    Function::plain("REGEX_MATCH", 2, 2, matches),
    Function::plain("REGEX_REPLACE", 3, 3, replace),
];

fn matches<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let pattern = evaluation.context.patterns.compiled(&arguments.text(1))?;
    let text = arguments.text(0);
    evaluation.spend(text.len())?;
    Ok(pattern.is_match(&text).into())
}

fn extract<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let pattern = evaluation.context.patterns.compiled(&arguments.text(1))?;
    let text = arguments.text(0);
    evaluation.spend(text.len())?;
    let found = pattern.find(&text).ok_or(Fault::NoMatch)?;
    Ok(Value::text(found.as_str().to_owned()))
}

fn replace<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let pattern = evaluation.context.patterns.compiled(&arguments.text(1))?;
    let (text, replacement) = (arguments.text(0), arguments.text(2));
    let mut result = String::new();
    let mut copied = 0;
    for captures in pattern.captures_iter(&text) {
        let Some(whole) = captures.get(0) else { break };
        evaluation.spend(text.len() - whole.start())?;
        push(&mut result, &text[copied..whole.start()])?;
        expand(&replacement, &captures, &mut result)?;
        copied = whole.end();
    }
    push(&mut result, &text[copied..])?;
    bounded(result)
}

/// `$1` stands for the first group, and so on. Every other dollar is one.
fn expand(replacement: &str, captures: &Captures<'_>, result: &mut String) -> Result<(), Fault> {
    let mut parts = replacement.split('$');
    push(result, parts.next().unwrap_or_default())?;
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        match part[..digits].parse::<usize>() {
            Ok(group) => {
                push(result, captures.get(group).map_or("", |found| found.as_str()))?;
                push(result, &part[digits..])?;
            }
            Err(_) => {
                push(result, "$")?;
                push(result, part)?;
            }
        }
    }
    Ok(())
}
