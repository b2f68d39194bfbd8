//! What is compared or searched: a value of the row that is there.

use super::super::tree::{Expression, Operator};
use super::claim::Claim;
use super::columns::Column;
use super::leaves::Leaves;
use super::term::{Form, Place, Reading, Term};
use super::truth::Truth;
use crate::bases::ids::FieldId;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Subject {
    Text(Reading),
    Number(FieldId),
    Time(Time),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Time {
    Day(Place),
    Moment(Place),
    /// `Created` or `Modified`.
    OfRecord(Place),
}

impl Subject {
    pub fn of(leaves: &Leaves<'_>, expression: &Expression) -> Option<Self> {
        match expression {
            Expression::Field(id) => Self::of_field(leaves, FieldId::parse(id).ok()?),
            Expression::Call { function, arguments } => match (function.name, arguments.as_slice()) {
                ("RECORD_ID", _) => Some(text(Place::RecordId, Form::AsIs)),
                ("CREATED_TIME", _) => Some(Self::Time(Time::OfRecord(Place::Created))),
                ("LAST_MODIFIED_TIME", []) => Some(Self::Time(Time::OfRecord(Place::Modified))),
                ("LOWER", [operand]) => Self::of(leaves, operand)?.cased(Form::Lower),
                ("UPPER", [operand]) => Self::of(leaves, operand)?.cased(Form::Upper),
                _ => None,
            },
            _ => None,
        }
    }

    fn of_field(leaves: &Leaves<'_>, field: FieldId) -> Option<Self> {
        let place = Place::Cell(field);
        match leaves.columns.column(field.as_str()) {
            Column::Text => Some(text(place, Form::AsIs)),
            Column::Number => Some(Self::Number(field)),
            Column::Day => Some(Self::Time(Time::Day(place))),
            Column::Moment => Some(Self::Time(Time::Moment(place))),
            Column::Checkbox | Column::Choice(_) | Column::Other => None,
        }
    }

    fn cased(self, form: Form) -> Option<Self> {
        match self {
            Self::Text(Reading { place, form: Form::AsIs }) => Some(text(place, form)),
            _ => None,
        }
    }

    /// The text it is taken as, where the database has the same.
    pub fn as_text(self) -> Option<Reading> {
        match self {
            Self::Text(reading) => Some(reading),
            Self::Time(Time::Day(place)) => Some(Reading { place, form: Form::Day }),
            Self::Time(Time::Moment(place)) => Some(Reading { place, form: Form::Moment }),
            Self::Time(Time::OfRecord(_)) | Self::Number(_) => None,
        }
    }

    /// Standing alone: all that is filled is true, except zero.
    pub fn truth_of_itself(self) -> Truth {
        match self {
            Self::Number(field) => {
                let zero = |operator| Claim::from(Term::Number(field, operator, 0.0));
                Truth { holds: zero(Operator::NotEqual), fails: zero(Operator::Equal) }
            }
            Self::Text(_) | Self::Time(_) => Truth::certain(true),
        }
    }
}

fn text(place: Place, form: Form) -> Subject {
    Subject::Text(Reading { place, form })
}
