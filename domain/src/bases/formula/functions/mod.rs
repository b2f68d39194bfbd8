//! All functions there are, a file for each family.

mod arguments;
mod array;
mod counting;
mod date;
mod date_parts;
mod date_text;
mod logical;
mod numeric;
mod record;
mod regex;
mod rounding;
mod search;
mod text;

use super::evaluate::{Answer, Evaluation};
use super::tree::Expression;

pub use arguments::Arguments;

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    least: usize,
    /// Nothing: as many as one likes.
    most: Option<usize>,
    pub(super) body: Body,
}

/// What a function does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// Takes the values of its arguments. A fault in one of them is its fault.
    Plain(Plain),
    /// Evaluates of its arguments what it needs.
    Lazy(Lazy),
}

pub(super) type Plain = for<'a> fn(&Evaluation<'a>, Arguments<'a>) -> Answer<'a>;
pub(super) type Lazy = for<'a> fn(&Evaluation<'a>, &'a [Expression]) -> Answer<'a>;

const MANY: usize = usize::MAX;

impl Function {
    const fn plain(name: &'static str, least: usize, most: usize, body: Plain) -> Self {
        Self { name, least, most: limit(most), body: Body::Plain(body) }
    }

    const fn lazy(name: &'static str, least: usize, most: usize, body: Lazy) -> Self {
        Self { name, least, most: limit(most), body: Body::Lazy(body) }
    }

    pub fn takes(&self, arguments: usize) -> bool {
        arguments >= self.least && self.most.is_none_or(|most| arguments <= most)
    }
}

const fn limit(most: usize) -> Option<usize> {
    if most == MANY { None } else { Some(most) }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

static FAMILIES: [&[Function]; 11] = [
    &array::FUNCTIONS,
    &counting::FUNCTIONS,
    &date::FUNCTIONS,
    &date_parts::FUNCTIONS,
    &date_text::FUNCTIONS,
    &logical::FUNCTIONS,
    &numeric::FUNCTIONS,
    &record::FUNCTIONS,
    &regex::FUNCTIONS,
    &rounding::FUNCTIONS,
    &text::FUNCTIONS,
];

pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().copied().flatten()
}

/// By its name, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name.eq_ignore_ascii_case(name))
}
