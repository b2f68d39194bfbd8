//! What of a row a part of a formula reads.

use super::super::tree::Expression;
use super::term::Place;
use crate::bases::ids::FieldId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The same for all rows.
    Nothing,
    /// All that differs between rows stands at one place.
    One(Place),
    /// Several places, or what the mirror does not tell.
    Many,
}

/// How large a part is, and what it reads.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub source: Source,
    pub parts: usize,
}

impl Extent {
    pub fn of(expression: &Expression) -> Self {
        let mut extent = Self { source: own(expression), parts: 1 };
        // The arguments of a function that reads by itself are no values.
        if extent.source == Source::Nothing {
            expression.children().into_iter().for_each(|child| extent.add(Self::of(child)));
        }
        extent
    }

    fn add(&mut self, other: Self) {
        self.parts += other.parts;
        self.source = match (self.source, other.source) {
            (Source::Nothing, source) | (source, Source::Nothing) => source,
            (one, other) if one == other => one,
            _ => Source::Many,
        };
    }
}

fn own(expression: &Expression) -> Source {
    match expression {
        Expression::Field(id) => {
            FieldId::parse(id).map_or(Source::Many, |field| Source::One(Place::Cell(field)))
        }
        Expression::Call { function, arguments } => match function.name {
            "RECORD_ID" => Source::One(Place::RecordId),
            "CREATED_TIME" => Source::One(Place::Created),
            "LAST_MODIFIED_TIME" if arguments.is_empty() => Source::One(Place::Modified),
            "LAST_MODIFIED_TIME" => Source::Many,
            _ => Source::Nothing,
        },
        _ => Source::Nothing,
    }
}
