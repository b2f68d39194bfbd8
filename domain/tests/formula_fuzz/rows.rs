//! Rows of anything.

use std::collections::HashMap;

use domain::bases::formula::sql::{Column, Columns};
use domain::bases::formula::{Fault, FieldNames, Moment, Row, Value};
use domain::bases::ids::ChoiceId;
use jiff::Timestamp;

use crate::random::Random;
use crate::texts;

pub const FIELDS: [(&str, &str); 7] = [
    ("fldNumber00000000", "Number"),
    ("fldText0000000000", "Text"),
    ("fldDone0000000000", "Done or not"),
    ("fldDate0000000000", "we}ird"),
    ("fldList0000000000", "Größe"),
    ("fldStatus00000000", "SUM"),
    ("fldNothing0000000", "fldNumber00000000"),
];

pub fn fields() -> FieldNames {
    FieldNames::new(FIELDS)
}

/// Any value may be in any cell, whatever the columns are said to be.
#[derive(Debug)]
pub struct Sheet {
    cells: HashMap<&'static str, Value<'static>>,
    choices: Vec<(ChoiceId, String)>,
    modified: Option<Timestamp>,
}

pub fn draw(random: &mut Random) -> Sheet {
    let choice = |number: u64| ChoiceId::parse(&format!("sel{number:014}")).expect("an id");
    Sheet {
        cells: FIELDS.iter().map(|(id, _)| (*id, cell(random, 2))).collect(),
        choices: (0..random.below(20)).map(|number| (choice(number), texts::content(random))).collect(),
        modified: (!random.once_in(3)).then_some(Timestamp::MAX),
    }
}

fn cell(random: &mut Random, depth: u64) -> Value<'static> {
    match random.below(14) {
        0 | 1 => Value::Blank,
        2 => Value::Number(f64::from_bits(random.draw())),
        3 | 4 => Value::Number(random.below(100) as f64 - 10.0),
        5 => Value::Boolean(random.once_in(2)),
        6..=8 => Value::text(texts::content(random)),
        9 => Value::text(
            random.one_of(&["x", "é", "ß ", "1,", "😀"]).repeat(random.between(1, 5_000) as usize),
        ),
        10 => Value::Moment(moment(random)),
        11 if random.once_in(4) => Value::Error(Fault::InCell),
        12 if depth > 0 && random.once_in(10) => {
            Value::List((0..2_000).map(|_| Value::text(texts::content(random))).collect())
        }
        _ if depth > 0 => Value::List((0..random.below(5)).map(|_| cell(random, depth - 1)).collect()),
        _ => Value::text(""),
    }
}

fn moment(random: &mut Random) -> Moment {
    let all = [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH, Timestamp::constant(1_709_164_800, 1)];
    let instant = Moment::instant(random.one_of(&all));
    if random.once_in(2) {
        instant
    } else {
        Moment::day(jiff::civil::Date::constant(2024, 2, 29)).unwrap_or(instant)
    }
}

impl Row for Sheet {
    fn cell(&self, field: &str) -> Value<'_> {
        self.cells.get(field).cloned().unwrap_or(Value::Blank)
    }

    fn record_id(&self) -> &str {
        "rec00000000000001"
    }

    fn created_time(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn last_modified_time(&self, fields: &[&str]) -> Option<Timestamp> {
        self.modified.filter(|_| fields.len() != 1)
    }
}

impl Columns for Sheet {
    fn column(&self, field: &str) -> Column<'_> {
        match FIELDS.iter().find(|(id, _)| *id == field).map(|(_, name)| *name) {
            Some("Number") => Column::Number,
            Some("Text") => Column::Text,
            Some("Done or not") => Column::Checkbox,
            Some("we}ird") => Column::Moment,
            Some("SUM") => Column::Choice(&self.choices),
            Some("fldNumber00000000") => Column::Day,
            _ => Column::Other,
        }
    }
}
