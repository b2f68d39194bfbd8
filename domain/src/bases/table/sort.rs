//! The order of records by the values of some fields.

use std::cmp::Ordering;

use super::{Reading, Record};
use crate::bases::cells::{CellValue, shown};
use crate::bases::schema::{Direction, Field};

/// What a value is sorted by. Unsettled: blanks come first, upwards; selects go by the order of their choices; links and
/// lookups by their text; texts without regard to case.
#[derive(Debug, PartialEq, PartialOrd)]
enum Rank {
    Blank,
    Number(f64),
    Text(String),
}

/// Records that are equal stay in the order they had.
pub fn sort<'a>(
    reading: &Reading<'_>,
    records: Vec<&'a Record>,
    by: &[(&Field, Direction)],
) -> Vec<&'a Record> {
    if by.is_empty() {
        return records;
    }
    let ranks =
        |record: &Record| by.iter().map(|(field, _)| rank(reading, record, field)).collect::<Vec<_>>();
    let mut ranked: Vec<_> = records.into_iter().map(|record| (ranks(record), record)).collect();
    ranked.sort_by(|(one, _), (other, _)| compare(one, other, by));
    ranked.into_iter().map(|(_, record)| record).collect()
}

fn compare(one: &[Rank], other: &[Rank], by: &[(&Field, Direction)]) -> Ordering {
    let each = one.iter().zip(other).zip(by).map(|((one, other), (_, direction))| {
        let order = one.partial_cmp(other).unwrap_or(Ordering::Equal);
        if *direction == Direction::Ascending { order } else { order.reverse() }
    });
    each.fold(Ordering::Equal, Ordering::then)
}

fn rank(reading: &Reading<'_>, record: &Record, field: &Field) -> Rank {
    use CellValue as C;
    match reading.cell(record, field) {
        None => Rank::Blank,
        Some(C::Number(number)) => Rank::Number(number),
        Some(C::Boolean(set)) => Rank::Number(f64::from(u8::from(set))),
        Some(C::Moment(moment)) => Rank::Number(moment.as_millisecond() as f64),
        Some(C::Choice(id)) => {
            // A choice that is gone goes last.
            let place = field.choices().and_then(|options| options.place(id));
            Rank::Number(place.map_or(f64::INFINITY, |place| place as f64))
        }
        Some(other) => Rank::Text(shown(&field.kind, &other, reading).to_lowercase()),
    }
}
