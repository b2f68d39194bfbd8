//! Cuts the text of a formula into words, each read once.

use super::assumed::UNKNOWN_ESCAPE_KEEPS_BACKSLASH;
use super::problem::{Position, Problem, ProblemKind};
use super::token::Token;
use super::tree::Operator;

pub struct Lexer<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    /// The next word and where it begins.
    pub fn read(&mut self) -> Result<(Token, usize), Problem> {
        self.skip_while(char::is_whitespace);
        let start = self.offset;
        let Some(character) = self.peek() else { return Ok((Token::End, start)) };
        let token = match character {
            '"' | '\'' => self.text(character)?,
            '{' => self.field()?,
            '0'..='9' | '.' => self.number()?,
            _ if begins_name(character) => self.name(),
            _ => self.sign(character)?,
        };
        Ok((token, start))
    }

    pub fn problem(&self, kind: ProblemKind, offset: usize) -> Problem {
        Problem { kind, position: Position::of(self.text, offset) }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.offset..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.offset += character.len_utf8();
        Some(character)
    }

    fn skip_while(&mut self, belongs: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&belongs) {
            self.take();
        }
    }

    fn text(&mut self, quote: char) -> Result<Token, Problem> {
        let start = self.offset;
        self.take();
        let mut content = String::new();
        loop {
            match self.take() {
                None => return Err(self.problem(ProblemKind::UnclosedText, start)),
                Some('\\') => match self.take() {
                    None => return Err(self.problem(ProblemKind::UnclosedText, start)),
                    Some(escaped) => unescape(escaped, &mut content),
                },
                Some(character) if character == quote => return Ok(Token::Text(content)),
                Some(character) => content.push(character),
            }
        }
    }

    fn field(&mut self) -> Result<Token, Problem> {
        let start = self.offset;
        self.take();
        let mut name = String::new();
        loop {
            match self.take() {
                None => return Err(self.problem(ProblemKind::UnclosedField, start)),
                Some('\\') if self.peek() == Some('}') => {
                    self.take();
                    name.push('}');
                }
                Some('}') if name.is_empty() => return Err(self.problem(ProblemKind::EmptyField, start)),
                Some('}') => return Ok(Token::Field(name)),
                Some(character) => name.push(character),
            }
        }
    }

    fn number(&mut self) -> Result<Token, Problem> {
        let start = self.offset;
        self.skip_while(|character| character.is_ascii_digit());
        if self.peek() == Some('.') {
            self.take();
            self.skip_while(|character| character.is_ascii_digit());
        }
        match self.text[start..self.offset].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Token::Number(number)),
            Ok(_) => Err(self.problem(ProblemKind::NumberTooLarge, start)),
            // Only a lone point is no number.
            Err(_) => Err(self.problem(ProblemKind::UnknownCharacter('.'), start)),
        }
    }

    fn name(&mut self) -> Token {
        let start = self.offset;
        self.skip_while(continues_name);
        Token::Name(self.text[start..self.offset].to_owned())
    }

    fn sign(&mut self, character: char) -> Result<Token, Problem> {
        let start = self.offset;
        self.take();
        let equal_follows = self.peek() == Some('=');
        let (token, two_characters) = match (character, equal_follows) {
            ('(', _) => (Token::Open, false),
            (')', _) => (Token::Close, false),
            (',', _) => (Token::Comma, false),
            ('*', _) => (Token::Operator(Operator::Multiply), false),
            ('/', _) => (Token::Operator(Operator::Divide), false),
            ('+', _) => (Token::Operator(Operator::Add), false),
            ('-', _) => (Token::Operator(Operator::Subtract), false),
            ('&', _) => (Token::Operator(Operator::Join), false),
            ('=', _) => (Token::Operator(Operator::Equal), false),
            ('!', true) => (Token::Operator(Operator::NotEqual), true),
            ('<', true) => (Token::Operator(Operator::LessOrEqual), true),
            ('<', false) => (Token::Operator(Operator::Less), false),
            ('>', true) => (Token::Operator(Operator::GreaterOrEqual), true),
            ('>', false) => (Token::Operator(Operator::Greater), false),
            _ => return Err(self.problem(ProblemKind::UnknownCharacter(character), start)),
        };
        if two_characters {
            self.take();
        }
        Ok(token)
    }
}

pub fn begins_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

pub fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn unescape(escaped: char, content: &mut String) {
    match escaped {
        'n' => content.push('\n'),
        'r' => content.push('\r'),
        't' => content.push('\t'),
        '"' | '\'' | '\\' => content.push(escaped),
        _ => {
            if UNKNOWN_ESCAPE_KEEPS_BACKSLASH {
                content.push('\\');
            }
            content.push(escaped);
        }
    }
}
