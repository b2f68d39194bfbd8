//! What is claimed of a row. Claims are never negated, so that what is unknown, or null, can be left in or out
//! on the safe side.

use std::collections::BTreeMap;

use super::term::{Place, Term};

#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    Always,
    Never,
    Term(Term),
    /// At least two, none of them `Always`, `Never` or `All`.
    All(Vec<Claim>),
    /// At least two, none of them `Always`, `Never` or `Any`.
    Any(Vec<Claim>),
}

impl Claim {
    pub fn all(parts: impl IntoIterator<Item = Claim>) -> Self {
        let mut gathered = Gathered::default();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(inner) => inner.into_iter().for_each(|claim| gathered.add_to_all(claim)),
                other => gathered.add_to_all(other),
            }
        }
        gathered.made(Self::Always, Self::All, Term::NoneOf)
    }

    pub fn any(parts: impl IntoIterator<Item = Claim>) -> Self {
        let mut gathered = Gathered::default();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(inner) => inner.into_iter().for_each(|claim| gathered.add_to_any(claim)),
                other => gathered.add_to_any(other),
            }
        }
        gathered.made(Self::Never, Self::Any, Term::OneOf)
    }

    pub fn when(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }

    /// How many terms it has.
    pub fn size(&self) -> usize {
        match self {
            Self::Always | Self::Never => 0,
            Self::Term(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum(),
        }
    }
}

impl From<Term> for Claim {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

/// Parts of a claim, where hundreds of texts for one place become one list.
#[derive(Default)]
struct Gathered {
    lists: BTreeMap<Place, Vec<String>>,
    others: Vec<Claim>,
}

impl Gathered {
    fn add_to_all(&mut self, claim: Claim) {
        match claim {
            Claim::Term(Term::NoneOf(place, texts)) => self.lists.entry(place).or_default().extend(texts),
            other => self.others.push(other),
        }
    }

    fn add_to_any(&mut self, claim: Claim) {
        match claim {
            Claim::Term(Term::OneOf(place, texts)) => self.lists.entry(place).or_default().extend(texts),
            other => self.others.push(other),
        }
    }

    fn made(
        self,
        empty: Claim,
        joined: fn(Vec<Claim>) -> Claim,
        list: fn(Place, Vec<String>) -> Term,
    ) -> Claim {
        let mut parts: Vec<Claim> =
            self.lists.into_iter().map(|(place, texts)| list(place, texts).into()).collect();
        parts.extend(self.others);
        match parts.len() {
            0 => empty,
            1 => parts.pop().unwrap_or(empty),
            _ => joined(parts),
        }
    }
}
