//! The words of a formula.

use super::tree::Operator;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Text(String),
    /// In braces, unescaped.
    Field(String),
    /// Without braces: a field, or a function if a parenthesis follows.
    Name(String),
    Operator(Operator),
    Open,
    Close,
    Comma,
    End,
}

impl Token {
    /// How a problem speaks of it.
    pub fn description(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Field(_) => "a field",
            Self::Name(_) => "a name",
            Self::Operator(operator) => operator.symbol(),
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::End => "the end",
        }
    }
}
