//! A formula of ten operators over 50,000 records, on one core, beside reading the cells that it reads.

use std::time::Instant;

use domain::bases::cells::read;
use domain::bases::ids::RecordId;
use domain::bases::schema::Base;
use domain::bases::table::list::{Listing, Query};
use domain::bases::table::{Change, Edit, Stamp, Tables};
use serde::Serialize;

use super::table::{base, cells, record_id};
use crate::{Outcome, median};

const RECORDS: usize = 50_000;
const ROUNDS: usize = 15;
/// Ten operators; more than half of the records pass.
const FORMULA: &str = "AND({Amount}*1.2+5>100,({Amount}-3)/2<600,{Name}&'!'!='Order 7!',{Amount}+1>{Amount})";

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub records: usize,
    pub kept: usize,
    pub ms: f64,
    pub ratio_to_reading: f64,
}

pub fn run() -> Outcome<Vec<Line>> {
    let tables = filled()?;
    let (mut reading, mut filtering, mut kept) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        std::hint::black_box(cells_read(&tables)?);
        reading.push(began.elapsed().as_secs_f64() * 1_000.0);
        let began = Instant::now();
        kept = filtered(&tables)?;
        filtering.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let ratios = filtering.iter().zip(&reading).map(|(ours, floor)| ours / floor).collect();
    let (reading, filtering) = (median(reading), median(filtering));
    Ok(vec![
        Line { case: "reading", records: RECORDS, kept: RECORDS, ms: reading, ratio_to_reading: 1.0 },
        Line { case: "formula", records: RECORDS, kept, ms: filtering, ratio_to_reading: median(ratios) },
    ])
}

/// Every cell that the formula looks at, as the API would say it.
fn cells_read(tables: &Tables) -> Outcome<usize> {
    let reading = tables.at(jiff::Timestamp::UNIX_EPOCH);
    let table = tables.base().tables.first().ok_or("a table")?;
    let fields = [table.field_called("Name")?, table.field_called("Amount")?];
    let records = tables.records(table.id);
    Ok(records.map(|record| fields.iter().filter_map(|field| reading.cell(record, field)).count()).sum())
}

fn filtered(tables: &Tables) -> Outcome<usize> {
    let reading = tables.at(jiff::Timestamp::UNIX_EPOCH);
    let table = tables.base().tables.first().ok_or("a table")?.id;
    let query = Query { filter: Some(FORMULA.to_owned()), ..Query::default() };
    Ok(Listing::freeze(&reading, table, &query)?.len())
}

fn filled() -> Outcome<Tables> {
    let base: Base = serde_json::from_value(base())?;
    let mut tables = Tables::new(base, Vec::new());
    let table = tables.base().tables.first().ok_or("a table")?.clone();
    let stamp = Stamp { at: jiff::Timestamp::UNIX_EPOCH, by: None };
    for place in 0..RECORDS {
        let record = RecordId::parse(&record_id(place))?;
        let mut changes = vec![Change::RecordCreated { table: table.id, record, number: place as u64 + 1 }];
        let written = cells(place);
        for field in &table.fields {
            let value = read(&field.kind, &written[field.id.as_str()])?;
            changes.push(Change::CellSet { table: table.id, record, field: field.id, value });
        }
        tables.apply(&Edit { stamp: stamp.clone(), changes });
    }
    Ok(tables)
}
