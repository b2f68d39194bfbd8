//! Reads a formula in one pass, one word ahead.

use std::collections::HashSet;

use super::fields::Fields;
use super::functions::{self, Function};
use super::lexer::Lexer;
use super::limits::NESTING_MAX;
use super::problem::{Problem, ProblemKind};
use super::token::Token;
use super::tree::{Expression, Level, Operator};

/// A formula with the ids of its fields. All unknown fields are told of at once, at the first of them.
pub fn parse(text: &str, fields: &dyn Fields, bytes_max: usize) -> Result<Expression, Problem> {
    let lexer = Lexer::new(text);
    if text.len() > bytes_max {
        return Err(lexer.problem(ProblemKind::TooLong, bytes_max));
    }
    let mut parser =
        Parser { lexer, token: Token::End, offset: 0, depth: 0, fields, unknown: Unknown::default() };
    parser.advance()?;
    let expression = parser.expression()?;
    if parser.token != Token::End {
        return Err(parser.unexpected("an operator or the end"));
    }
    match parser.unknown {
        Unknown { names, .. } if names.is_empty() => Ok(expression),
        Unknown { names, first, .. } => Err(parser.lexer.problem(ProblemKind::UnknownFields(names), first)),
    }
}

/// Fields that are not there: in their order, each once.
#[derive(Default)]
struct Unknown {
    names: Vec<String>,
    seen: HashSet<String>,
    /// Where the first of them stands.
    first: usize,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The word that is looked at, and where it begins.
    token: Token,
    offset: usize,
    depth: usize,
    fields: &'a dyn Fields,
    unknown: Unknown,
}

impl Parser<'_> {
    /// Takes the word that is looked at, and looks at the next.
    fn advance(&mut self) -> Result<Token, Problem> {
        let (token, offset) = self.lexer.read()?;
        self.offset = offset;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn expression(&mut self) -> Result<Expression, Problem> {
        self.descend(1)?;
        let first = self.operand()?;
        let mut rest = Vec::new();
        while let Token::Operator(operator) = self.token {
            self.advance()?;
            rest.push((operator, self.operand()?));
        }
        self.depth -= 1;
        Ok(group(first, rest))
    }

    fn operand(&mut self) -> Result<Expression, Problem> {
        let mut signs = 0;
        while self.token == Token::Operator(Operator::Subtract) {
            self.advance()?;
            signs += 1;
        }
        self.descend(signs)?;
        let mut operand = self.primary()?;
        self.depth -= signs;
        for _ in 0..signs {
            operand = Expression::Negate(Box::new(operand));
        }
        Ok(operand)
    }

    fn primary(&mut self) -> Result<Expression, Problem> {
        let offset = self.offset;
        match self.token {
            Token::Number(_) | Token::Text(_) | Token::Field(_) | Token::Name(_) | Token::Open => {}
            _ => return Err(self.unexpected("a value")),
        }
        match self.advance()? {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text.into())),
            Token::Name(name) if self.token == Token::Open => self.call(&name, offset),
            Token::Field(name) | Token::Name(name) => Ok(self.field(name, offset)),
            _ => {
                let inner = self.expression()?;
                self.close("an operator or )")?;
                Ok(inner)
            }
        }
    }

    fn field(&mut self, written: String, offset: usize) -> Expression {
        if let Some(id) = self.fields.id_of(&written) {
            return Expression::Field(id);
        }
        if self.unknown.names.is_empty() {
            self.unknown.first = offset;
        }
        if self.unknown.seen.insert(written.clone()) {
            self.unknown.names.push(written.clone());
        }
        Expression::Field(written.into())
    }

    fn call(&mut self, name: &str, offset: usize) -> Result<Expression, Problem> {
        let function = functions::find(name)
            .ok_or_else(|| self.lexer.problem(ProblemKind::UnknownFunction(name.to_owned()), offset))?;
        self.advance()?;
        let mut arguments = Vec::new();
        if self.token != Token::Close {
            arguments.push(self.expression()?);
            while self.token == Token::Comma {
                self.advance()?;
                arguments.push(self.expression()?);
            }
        }
        self.close("an operator, a comma or )")?;
        self.count(function, arguments.len(), offset)?;
        Ok(Expression::Call { function, arguments })
    }

    fn count(&self, function: &'static Function, given: usize, offset: usize) -> Result<(), Problem> {
        if function.takes(given) {
            return Ok(());
        }
        let kind = ProblemKind::WrongNumberOfArguments { function: function.name, given };
        Err(self.lexer.problem(kind, offset))
    }

    fn close(&mut self, wanted: &'static str) -> Result<(), Problem> {
        if self.token != Token::Close {
            return Err(self.unexpected(wanted));
        }
        self.advance()?;
        Ok(())
    }

    fn descend(&mut self, levels: usize) -> Result<(), Problem> {
        self.depth += levels;
        if self.depth > NESTING_MAX {
            return Err(self.lexer.problem(ProblemKind::TooDeep, self.offset));
        }
        Ok(())
    }

    fn unexpected(&self, wanted: &'static str) -> Problem {
        let kind = ProblemKind::Unexpected { found: self.token.description(), wanted };
        self.lexer.problem(kind, self.offset)
    }
}

/// Puts terms together, those of the tightest operators first.
fn group(mut first: Expression, mut rest: Vec<(Operator, Expression)>) -> Expression {
    for level in Level::TIGHTEST_FIRST {
        (first, rest) = gather(first, rest, level);
    }
    first
}

/// Makes one term of all that stand beside each other with operators of this level.
fn gather(
    first: Expression,
    rest: Vec<(Operator, Expression)>,
    level: Level,
) -> (Expression, Vec<(Operator, Expression)>) {
    if !rest.iter().any(|(operator, _)| operator.level() == level) {
        return (first, rest);
    }
    let mut terms = vec![(None, first, Vec::new())];
    for (operator, operand) in rest {
        match terms.last_mut() {
            Some((_, _, links)) if operator.level() == level => links.push((operator, operand)),
            _ => terms.push((Some(operator), operand, Vec::new())),
        }
    }
    let mut terms = terms.into_iter().map(|(before, first, links)| (before, chain(first, links)));
    let first = terms.next().map_or(Expression::Number(0.0), |(_, term)| term);
    (first, terms.filter_map(|(before, term)| Some((before?, term))).collect())
}

fn chain(first: Expression, rest: Vec<(Operator, Expression)>) -> Expression {
    if rest.is_empty() { first } else { Expression::Chain { first: Box::new(first), rest } }
}
