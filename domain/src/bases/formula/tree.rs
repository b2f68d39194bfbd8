//! A formula as it is understood.

use std::sync::Arc;

use super::functions::Function;

#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Never negative: a sign before it is a `Negate`.
    Number(f64),
    Text(Arc<str>),
    /// By its id.
    Field(Arc<str>),
    Call {
        function: &'static Function,
        arguments: Vec<Expression>,
    },
    /// Terms beside each other with operators of one level, taken from the left. Flat, so that thousands of
    /// terms need no deeper stack than two.
    Chain {
        first: Box<Expression>,
        rest: Vec<(Operator, Expression)>,
    },
    Negate(Box<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Multiply,
    Divide,
    Add,
    Subtract,
    Join,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How tightly an operator binds. The loosest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Compare,
    Join,
    Sum,
    Product,
}

impl Level {
    pub const TIGHTEST_FIRST: [Level; 4] = [Level::Product, Level::Sum, Level::Join, Level::Compare];
}

impl Operator {
    pub const ALL: [Operator; 11] = [
        Operator::Multiply,
        Operator::Divide,
        Operator::Add,
        Operator::Subtract,
        Operator::Join,
        Operator::Equal,
        Operator::NotEqual,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ];

    pub fn symbol(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Join => "&",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    pub(super) fn level(self) -> Level {
        match self {
            Self::Multiply | Self::Divide => Level::Product,
            Self::Add | Self::Subtract => Level::Sum,
            Self::Join => Level::Join,
            _ => Level::Compare,
        }
    }
}

impl Expression {
    /// What stands directly in it, from left to right.
    pub fn children(&self) -> Vec<&Expression> {
        match self {
            Self::Number(_) | Self::Text(_) | Self::Field(_) => Vec::new(),
            Self::Call { arguments, .. } => arguments.iter().collect(),
            Self::Chain { first, rest } => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, operand)| operand)).collect()
            }
            Self::Negate(operand) => vec![operand],
        }
    }

    pub fn height(&self) -> usize {
        1 + self.children().into_iter().map(Expression::height).max().unwrap_or(0)
    }
}
