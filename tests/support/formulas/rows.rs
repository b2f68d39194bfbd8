//! Rows as a mirror keeps them, and as formulas see them.

use domain::bases::formula::sql::{Column, Columns};
use domain::bases::formula::{Fault, Moment, Row, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use super::columns::{FIELDS, Mirrored};
use super::values;
use crate::random::Random;

/// A row by chance.
#[derive(Debug)]
pub struct Drawn {
    pub id: String,
    pub cells: Map<String, Json>,
    pub created: Timestamp,
    pub modified: Option<Timestamp>,
}

impl Drawn {
    pub fn draw(random: &mut Random, number: u64) -> Self {
        let cells = FIELDS.iter().filter_map(|(id, name)| Some(((*id).to_owned(), cell(random, name)?)));
        Self {
            id: values::record_id(number),
            cells: cells.collect(),
            created: instant(random),
            modified: (!random.once_in(4)).then(|| instant(random)),
        }
    }

    pub fn seen<'a>(&'a self, mirrored: &'a Mirrored) -> Seen<'a> {
        Seen { row: self, mirrored }
    }
}

fn instant(random: &mut Random) -> Timestamp {
    random.one_of(&values::INSTANTS).parse().expect("an instant")
}

fn cell(random: &mut Random, name: &str) -> Option<Json> {
    if random.once_in(4) {
        // What is empty is left out, or as good as.
        return random.once_in(4).then_some(Json::Null);
    }
    let value = match name {
        "Text" | "Na}me" => json!(values::text(random)),
        "Number" | "Amount" => json!(values::number(random)),
        "Done" => json!(true),
        "Day" => json!(random.one_of(&values::DAYS)),
        "Moment" => json!(random.one_of(&values::MOMENTS)),
        // The last ones are no choices of the field any more.
        "Status" | "Kind" => json!(format!("sel{:014}", random.below(14))),
        _ => match random.below(3) {
            0 => json!(values::text(random)),
            1 => json!(values::number(random)),
            _ => json!([values::text(random), values::number(random)]),
        },
    };
    Some(value)
}

/// A row with what its fields are.
pub struct Seen<'a> {
    row: &'a Drawn,
    mirrored: &'a Mirrored,
}

impl Row for Seen<'_> {
    fn cell(&self, field: &str) -> Value<'_> {
        let Some(json) = self.row.cells.get(field) else { return Value::Blank };
        let read = match self.mirrored.column(field) {
            Column::Text => json.as_str().map(Value::text),
            Column::Number => json.as_f64().map(Value::Number),
            Column::Checkbox => json.as_bool().filter(|ticked| *ticked).map(Value::Boolean),
            Column::Day => json.as_str().map(|text| day(text).map_or(UNREADABLE, Value::Moment)),
            Column::Moment => json.as_str().map(|text| moment(text).map_or(UNREADABLE, Value::Moment)),
            Column::Choice(choices) => {
                let chosen = choices.iter().find(|(id, _)| json.as_str() == Some(id.as_str()));
                chosen.map(|(_, name)| Value::text(name.as_str()))
            }
            Column::Other => Some(anything(json)),
        };
        read.unwrap_or(Value::Blank)
    }

    fn record_id(&self) -> &str {
        &self.row.id
    }

    fn created_time(&self) -> Timestamp {
        self.row.created
    }

    fn last_modified_time(&self, _: &[&str]) -> Option<Timestamp> {
        self.row.modified
    }
}

const UNREADABLE: Value<'static> = Value::Error(Fault::InCell);

fn day(text: &str) -> Option<Moment> {
    Moment::day(text.parse::<Date>().ok()?).ok()
}

fn moment(text: &str) -> Option<Moment> {
    text.parse().ok().map(Moment::instant)
}

fn anything(json: &Json) -> Value<'_> {
    match json {
        Json::String(text) => Value::text(text.as_str()),
        Json::Number(number) => number.as_f64().map_or(Value::Blank, Value::Number),
        Json::Array(elements) => Value::List(elements.iter().map(anything).collect()),
        Json::Null | Json::Bool(_) | Json::Object(_) => Value::Blank,
    }
}
