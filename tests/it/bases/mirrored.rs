//! Holding a base here against the one in the stand-in that it follows: all records of all tables, in the form in which values are
//! compared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::bases::BaseKey;
use domain::bases::cells::{self, CellValue};
use domain::bases::ids::RecordId;
use domain::bases::schema::{Field, FieldType, Table};
use domain::identity::TenantId;
use jiff::Timestamp;
use projections::bases::records::{RecordsReader, Wanted, take_in};
use serde_json::Value;
use support::api::call;
use support::wait;

type Cells = BTreeMap<String, Option<CellValue>>;
pub type Records = BTreeMap<RecordId, Cells>;

pub struct Mirrored {
    /// Of the stand-in, and of its base.
    pub url: String,
    pub token: String,
    pub airtable_id: String,
    pub reader: Arc<RecordsReader>,
    pub tenant: TenantId,
    pub base: BaseKey,
}

impl Mirrored {
    pub fn there(&self, path: &str) -> Value {
        let token = format!("Bearer {}", self.token);
        call(&self.url, "GET", path).header("authorization", &token).send().expect(200).json()
    }

    pub fn tables(&self) -> Vec<Table> {
        let said = self.there(&format!("/v0/meta/bases/{}/tables?include=visibleFieldIds", self.airtable_id));
        serde_json::from_value(said["tables"].clone()).expect("tables")
    }

    /// All records of a table, as the stand-in says them.
    pub fn records_there(&self, table: &Table) -> Records {
        let (mut records, mut offset) = (Records::new(), String::new());
        loop {
            let path =
                format!("/v0/{}/{}?returnFieldsByFieldId=true&offset={offset}", self.airtable_id, table.id);
            let page = self.there(&path);
            for record in page["records"].as_array().expect("records") {
                let id = RecordId::parse(record["id"].as_str().expect("an id")).expect("an id");
                let read = |field: &Field| {
                    let value = record["fields"].get(field.id.as_str())?;
                    let read = cells::read(&field.kind, value);
                    read.unwrap_or_else(|_| panic!("{} of {id} is no {:?}: {value}", field.id, field.kind))
                };
                records.insert(id, told(table, read));
            }
            match page["offset"].as_str() {
                Some(next) => offset = next.replace('/', "%2F"),
                None => return records,
            }
        }
    }

    /// All tables, as they are here.
    async fn here(&self) -> BTreeMap<String, Records> {
        let schema = self.reader.schema(&self.tenant, &self.base).await.expect("an answer");
        let Some(schema) = schema else { return BTreeMap::new() };
        let mut tables = schema.tables.clone();
        for table in &schema.base().tables {
            let rows = self
                .reader
                .selected(&self.tenant, &self.base, table.id, None, Wanted::All)
                .await
                .expect("rows");
            rows.iter().for_each(|row| take_in(&mut tables, row));
        }
        let reading = tables.at(Timestamp::now());
        let records = |table: &Table| {
            let records = tables.records(table.id);
            records.map(|record| (record.id, told(table, |field| reading.cell(record, field)))).collect()
        };
        schema.base().tables.iter().map(|table| (table.id.to_string(), records(table))).collect()
    }

    pub fn what_is_there(&self) -> BTreeMap<String, Records> {
        self.tables().iter().map(|table| (table.id.to_string(), self.records_there(table))).collect()
    }

    pub async fn is_equal(&self) -> bool {
        self.here().await == self.what_is_there()
    }

    /// Waits until both are the same, and says what is not if that does not come. `about`: what else is to be told then.
    pub async fn becomes_equal(&self, patience: Duration, about: impl Fn() -> String) {
        let deadline = Instant::now() + patience;
        while !self.is_equal().await {
            if deadline <= Instant::now() {
                tell_difference(&self.here().await, &self.what_is_there());
                panic!("what is here is not what is there: {}", about());
            }
            wait::let_pass(Duration::from_millis(200)).await;
        }
    }
}

/// Fields that Airtable's own acts decide, which nobody tells: who did it there, and how many there were before.
fn is_told(kind: &FieldType) -> bool {
    use FieldType as F;
    !matches!(kind, F::AutoNumber | F::CreatedBy | F::LastModifiedBy | F::LastModifiedTime(_))
}

/// By fields, in the form in which values are compared. In which order the other side of a link stands is not followed.
fn told(table: &Table, read: impl Fn(&Field) -> Option<CellValue>) -> Cells {
    let fields = table.fields.iter().filter(|field| is_told(&field.kind));
    let form = |field: &Field| {
        let value = read(field).map(|value| cells::canonical(&field.kind, &value));
        (field.name.clone(), value.map(|value| unordered(&field.kind, value)))
    };
    fields.map(form).collect()
}

fn unordered(kind: &FieldType, value: CellValue) -> CellValue {
    match (kind, value) {
        (_, CellValue::Links(mut records)) => {
            records.sort();
            CellValue::Links(records)
        }
        (FieldType::MultipleLookupValues(_) | FieldType::Rollup(_), CellValue::List(mut values)) => {
            values.sort_by_key(|value| format!("{value:?}"));
            CellValue::List(values)
        }
        (_, value) => value,
    }
}

fn tell_difference(here: &BTreeMap<String, Records>, there: &BTreeMap<String, Records>) {
    for (table, records) in there {
        let known = here.get(table);
        for (id, cells) in records {
            let known = known.and_then(|known| known.get(id));
            if known != Some(cells) {
                eprintln!("{table} {id}: here {known:?}\n  there {cells:?}");
            }
        }
        let gone = known.into_iter().flatten().filter(|(id, _)| !records.contains_key(id));
        gone.for_each(|(id, _)| eprintln!("{table} {id}: only here"));
    }
    for table in here.keys().filter(|table| !there.contains_key(*table)) {
        eprintln!("{table}: only here");
    }
}
