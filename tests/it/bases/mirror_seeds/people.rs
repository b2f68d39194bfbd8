//! People in the stand-in who edit, delete, take out of the trash, and change schemas, as a seed says. Texts and numbers that they
//! write are written once, so that whoever takes one over twice is seen.

use serde_json::{Map, Value, json};
use support::api::call;
use support::random::Random;

use crate::bases::mirror::{EDITOR, person};

const RECORDS_AT_ONCE: u64 = 3;

pub struct People {
    url: String,
    airtable_id: String,
    random: Random,
    written: u64,
    trash: Vec<Deleted>,
    /// What the stand-in took, and what it refused.
    pub done: u32,
    pub refused: u32,
}

struct Deleted {
    table: String,
    id: String,
    fields: Map<String, Value>,
}

impl People {
    pub fn of(url: &str, airtable_id: &str, random: Random) -> Self {
        let (url, airtable_id) = (url.to_owned(), airtable_id.to_owned());
        Self { url, airtable_id, random, written: 0, trash: Vec::new(), done: 0, refused: 0 }
    }

    pub fn act(&mut self) {
        let base = self.base();
        match self.random.below(10) {
            0..=4 => self.edit(&base),
            5 => self.delete(&base),
            6 => self.restore(),
            _ => self.reshape(&base),
        }
    }

    /// As it is now, whatever the knobs are.
    fn base(&self) -> Value {
        let path = format!("/_sim/bases/{}", self.airtable_id);
        let said = call(&self.url, "GET", &path).send().expect(200).json();
        said["bases"].get(0).cloned().unwrap_or(said)
    }

    fn send(&mut self, what: &str, mut body: Value) -> bool {
        body[EDITOR] = person().into();
        let path = format!("/_sim/bases/{}/{what}", self.airtable_id);
        let answer = call(&self.url, "POST", &path).json(body).send();
        assert!(answer.status == 200 || answer.status / 100 == 4, "{} {}", answer.status, answer.body);
        let taken = answer.status == 200;
        if taken {
            self.done += 1
        } else {
            self.refused += 1
        }
        taken
    }

    /// A number that nobody wrote before.
    fn next(&mut self) -> u64 {
        self.written += 1;
        self.written
    }

    fn table<'a>(&mut self, base: &'a Value) -> &'a Value {
        let tables = list(&base["tables"]);
        &tables[self.random.below(tables.len() as u64) as usize]
    }

    fn record<'a>(&mut self, table: &'a Value) -> Option<&'a Value> {
        let records = list(&table["records"]);
        (!records.is_empty()).then(|| &records[self.random.below(records.len() as u64) as usize])
    }

    fn edit(&mut self, base: &Value) {
        let table = self.table(base);
        let create: Vec<_> = (0..self.random.below(RECORDS_AT_ONCE)).map(|_| self.row(base, table)).collect();
        let mut update = Map::new();
        for _ in 0..self.random.between(1, RECORDS_AT_ONCE) {
            if let Some(record) = self.record(table) {
                update.insert(text(&record["id"]), self.row(base, table));
            }
        }
        let update: Vec<_> =
            update.into_iter().map(|(id, fields)| json!({ "id": id, "fields": fields })).collect();
        self.send("edit", json!({ "table": table["id"], "create": create, "update": update }));
    }

    fn delete(&mut self, base: &Value) {
        let table = self.table(base);
        let Some(record) = self.record(table) else { return };
        if !self.send("edit", json!({ "table": table["id"], "delete": [record["id"]] })) {
            return;
        }
        // When it was made is a matter of the trash, which the stand-in has none of.
        if list(&table["fields"]).iter().any(|field| field["type"] == "createdTime") {
            return;
        }
        let plain = list(&table["fields"]).iter().filter(|field| is_plain(field));
        let fields = plain.filter_map(|field| {
            let name = text(&field["name"]);
            Some((name.clone(), record["fields"].get(&name)?.clone()))
        });
        let (table, id) = (text(&table["id"]), text(&record["id"]));
        self.trash.push(Deleted { table, id, fields: fields.collect() });
    }

    fn restore(&mut self) {
        let Some(Deleted { table, id, fields }) = self.trash.pop() else { return };
        self.send("edit", json!({ "table": table, "restore": [{ "id": id, "fields": fields }] }));
    }

    /// New cells of one record.
    fn row(&mut self, base: &Value, table: &Value) -> Value {
        let mut row = Map::new();
        for field in list(&table["fields"]) {
            if self.random.once_in(3)
                && let Some(value) = self.value(base, field)
            {
                row.insert(text(&field["id"]), value);
            }
        }
        Value::Object(row)
    }

    fn value(&mut self, base: &Value, field: &Value) -> Option<Value> {
        let value = match field["type"].as_str()? {
            "singleLineText" | "multilineText" => json!(format!("w{}", self.next())),
            "number" | "currency" => json!(self.next()),
            "rating" => json!(self.random.between(1, 5)),
            "checkbox" => json!(self.random.once_in(2)),
            "date" => json!(format!("2026-0{}-1{}", self.random.between(1, 9), self.random.below(10))),
            "singleSelect" => self.choice(field)?,
            "multipleSelects" => json!([self.choice(field)?]),
            "multipleRecordLinks" => self.links(base, field),
            _ => return None,
        };
        Some(if self.random.once_in(6) { Value::Null } else { value })
    }

    /// Now and then one that there is not yet.
    fn choice(&mut self, field: &Value) -> Option<Value> {
        let choices = list(&field["options"]["choices"]);
        if choices.is_empty() || self.random.once_in(8) {
            return Some(json!(format!("c{}", self.next())));
        }
        Some(self.random.one_of(choices)["name"].clone())
    }

    fn links(&mut self, base: &Value, field: &Value) -> Value {
        let linked = &field["options"]["linkedTableId"];
        let Some(table) = list(&base["tables"]).iter().find(|table| table["id"] == *linked) else {
            return json!([]);
        };
        let single = field["options"]["prefersSingleRecordLink"] == true;
        let count = self.random.below(if single { 2 } else { 3 });
        let ids = (0..count).filter_map(|_| Some(text(&self.record(table)?["id"])));
        json!(ids.collect::<std::collections::BTreeSet<_>>())
    }

    fn reshape(&mut self, base: &Value) {
        let table = self.table(base);
        let fields = list(&table["fields"]);
        let field = &fields[self.random.below(fields.len() as u64) as usize];
        let (id, number) = (&table["id"], self.next());
        let change = match self.random.below(9) {
            0 => json!({ "create_field": { "table": id, "field": self.draft(table) } }),
            1 => {
                json!({ "rename_field": { "table": id, "field": field["id"], "to": { "name": format!("n{number}") } } })
            }
            2 | 3 => match retyped(field) {
                Some(to) => json!({ "retype_field": { "table": id, "field": field["id"], "to": to } }),
                None => return,
            },
            4 if field["id"] != table["primaryFieldId"] => {
                json!({ "delete_field": { "table": id, "field": field["id"] } })
            }
            5 => json!({ "rename_table": { "table": id, "to": { "name": format!("t{number}") } } }),
            6 => json!({ "create_table": { "name": format!("made{number}"), "fields": [
                { "name": "Name", "type": "singleLineText" },
                { "name": "Count", "type": "number", "options": { "precision": 0 } },
            ] } }),
            7 if text(&table["name"]).starts_with("made") => json!({ "delete_table": { "table": id } }),
            8 if field["type"] == "singleSelect" => {
                let choices = list(&field["options"]["choices"]);
                if choices.is_empty() {
                    return;
                }
                let choice = self.random.one_of(choices)["id"].clone();
                let of = json!({ "table": id, "field": field["id"], "choice": choice });
                self.of_choice(of, number)
            }
            _ => return,
        };
        self.send("schema", change);
    }

    fn of_choice(&mut self, mut of: Value, number: u64) -> Value {
        if self.random.once_in(2) {
            return json!({ "delete_choice": of });
        }
        of["name"] = json!(format!("c{number}"));
        json!({ "rename_choice": of })
    }

    fn draft(&mut self, table: &Value) -> Value {
        let name = format!("f{}", self.next());
        let primary = &table["primaryFieldId"];
        let formula = format!("{{{}}}&\"!\"", primary.as_str().unwrap_or_default());
        self.random.one_of(&[
            json!({ "name": name, "type": "singleLineText" }),
            json!({ "name": name, "type": "number", "options": { "precision": 0 } }),
            json!({ "name": name, "type": "checkbox", "options": { "icon": "check", "color": "redBright" } }),
            json!({ "name": name, "type": "formula", "options": { "formula": formula } }),
        ])
    }
}

fn retyped(field: &Value) -> Option<Value> {
    match field["type"].as_str()? {
        "singleLineText" => Some(json!({ "type": "number", "options": { "precision": 0 } })),
        "number" | "date" => Some(json!({ "type": "singleLineText" })),
        "multilineText" => Some(json!({ "type": "singleSelect", "options": { "choices": [] } })),
        _ => None,
    }
}

/// Whether people fill it in, and can do so again with what the stand-in says.
fn is_plain(field: &Value) -> bool {
    let plain = [
        "singleLineText",
        "multilineText",
        "number",
        "currency",
        "rating",
        "checkbox",
        "date",
        "singleSelect",
        "multipleSelects",
        "multipleRecordLinks",
    ];
    plain.iter().any(|kind| field["type"] == *kind)
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
