//! Writes a formula so that it reads back as the same. Parentheses stand only where they change something.

use std::fmt::Write;

use super::lexer::{begins_name, continues_name};
use super::tree::{Expression, Level, Operator};

/// Every field is written as `field_name` says: by its id to be stored, by its name to be read.
pub fn format(expression: &Expression, field_name: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    write(expression, field_name, &mut text);
    text
}

fn write(expression: &Expression, field_name: &dyn Fn(&str) -> String, text: &mut String) {
    match expression {
        Expression::Number(number) => {
            let _ = write!(text, "{number}");
        }
        Expression::Text(content) => write_text(content, text),
        Expression::Field(field) => write_field(&field_name(field), text),
        Expression::Call { function, arguments } => {
            text.push_str(function.name);
            text.push('(');
            for (index, argument) in arguments.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write(argument, field_name, text);
            }
            text.push(')');
        }
        Expression::Chain { first, rest } => write_chain(first, rest, field_name, text),
        Expression::Negate(operand) => {
            text.push('-');
            let bare = !matches!(**operand, Expression::Chain { .. });
            write_within(operand, bare, field_name, text);
        }
    }
}

fn write_chain(
    first: &Expression,
    rest: &[(Operator, Expression)],
    field_name: &dyn Fn(&str) -> String,
    text: &mut String,
) {
    let level = rest.first().map_or(Level::Compare, |(operator, _)| operator.level());
    write_within(first, binds_tighter(first, level), field_name, text);
    for (operator, operand) in rest {
        let _ = write!(text, " {} ", operator.symbol());
        write_within(operand, binds_tighter(operand, level), field_name, text);
    }
}

fn write_within(operand: &Expression, bare: bool, field_name: &dyn Fn(&str) -> String, text: &mut String) {
    if bare {
        return write(operand, field_name, text);
    }
    text.push('(');
    write(operand, field_name, text);
    text.push(')');
}

fn binds_tighter(operand: &Expression, level: Level) -> bool {
    match operand {
        Expression::Chain { rest, .. } => rest.iter().all(|(operator, _)| operator.level() > level),
        _ => true,
    }
}

/// A text as it stands in a formula.
pub fn text_literal(content: &str) -> String {
    let mut text = String::with_capacity(content.len() + 2);
    write_text(content, &mut text);
    text
}

fn write_text(content: &str, text: &mut String) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// Without braces where the name is one word, as people write it. Ids always stand in braces.
fn write_field(name: &str, text: &mut String) {
    let is_word = name.chars().next().is_some_and(begins_name) && name.chars().all(continues_name);
    if is_word && !super::fields::looks_like_id(name) {
        return text.push_str(name);
    }
    text.push('{');
    for character in name.chars() {
        if character == '}' {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('}');
}
