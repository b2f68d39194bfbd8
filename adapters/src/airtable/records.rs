//! Records.

use async_trait::async_trait;
use domain::bases::errors::ApiError;
use domain::bases::ids::{FieldId, RecordId};
use domain::bases::ports::{Fault, FoundRecord, Page, Place, Query, Records, Row, Upserted};
use domain::bases::table::{Fields, RECORDS_MAX, Verb};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::{Connection, listing};

const TABLE: &str = "/v0/{base}/{table}";
const RECORD: &str = "/v0/{base}/{table}/{record}";

#[derive(Deserialize)]
struct Written {
    records: Vec<FoundRecord>,
}

#[derive(Deserialize)]
struct Deleted {
    records: Vec<DeletedRecord>,
}

#[derive(Deserialize)]
struct DeletedRecord {
    id: RecordId,
    deleted: bool,
}

#[async_trait]
impl Records for Connection {
    async fn page(&self, place: Place, query: &Query, offset: Option<&str>) -> Result<Page, Fault> {
        self.ask(listing::call(place, query, offset, &self.inner.hosts)?).await
    }

    async fn get(&self, place: Place, record: RecordId) -> Result<FoundRecord, Fault> {
        let parts = [place.base.as_str(), place.table.as_str(), record.as_str()];
        let call = Call::new("get_record", Method::GET, RECORD, &parts).of(place.base);
        self.ask(call.with("returnFieldsByFieldId", "true")).await
    }

    async fn create(&self, place: Place, rows: &[Fields], typecast: bool) -> Result<Vec<FoundRecord>, Fault> {
        if are_none(rows.len(), "created")? {
            return Ok(Vec::new());
        }
        let records = rows.iter().map(|fields| json!({ "fields": fields })).collect();
        let call = at(place, "create_records", Method::POST).json(&body(records, typecast))?;
        Ok(self.ask::<Written>(call).await?.records)
    }

    async fn update(
        &self,
        place: Place,
        verb: Verb,
        rows: &[(RecordId, Fields)],
        typecast: bool,
    ) -> Result<Vec<FoundRecord>, Fault> {
        if are_none(rows.len(), "updated")? {
            return Ok(Vec::new());
        }
        let records = rows.iter().map(|(id, fields)| json!({ "id": id, "fields": fields })).collect();
        let call = at(place, "update_records", method(verb)).json(&body(records, typecast))?;
        Ok(self.ask::<Written>(call).await?.records)
    }

    async fn upsert(
        &self,
        place: Place,
        verb: Verb,
        merge_on: &[FieldId],
        rows: &[Row],
        typecast: bool,
    ) -> Result<Upserted, Fault> {
        let nothing = Upserted { records: vec![], created_records: vec![], updated_records: vec![] };
        if are_none(rows.len(), "updated")? {
            return Ok(nothing);
        }
        let mut body = body(rows.iter().map(row).collect(), typecast);
        body["performUpsert"] = json!({ "fieldsToMergeOn": merge_on });
        self.ask(at(place, "upsert_records", method(verb)).json(&body)?).await
    }

    async fn delete(&self, place: Place, records: &[RecordId]) -> Result<Vec<RecordId>, Fault> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        if records.len() > RECORDS_MAX {
            return Err(ApiError::TooManyDeletes.into());
        }
        let named = records.iter().map(|id| ("records[]".to_owned(), id.to_string())).collect();
        let call = at(place, "delete_records", Method::DELETE).with_all(named);
        let deleted: Deleted = self.ask(call).await?;
        Ok(deleted.records.into_iter().filter(|record| record.deleted).map(|record| record.id).collect())
    }
}

fn at(place: Place, operation: &'static str, method: Method) -> Call {
    Call::new(operation, method, TABLE, &[place.base.as_str(), place.table.as_str()]).of(place.base)
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Patch => Method::PATCH,
        Verb::Put => Method::PUT,
    }
}

/// Whether there is nothing to be sent; what is too much is refused here.
fn are_none(given: usize, verb: &'static str) -> Result<bool, Fault> {
    if given > RECORDS_MAX { Err(ApiError::TooManyRecords { verb, given }.into()) } else { Ok(given == 0) }
}

fn body(records: Vec<Value>, typecast: bool) -> Value {
    let mut body = json!({ "records": records, "returnFieldsByFieldId": true });
    if typecast {
        body["typecast"] = json!(true);
    }
    body
}

fn row(row: &Row) -> Value {
    match row.id {
        Some(id) => json!({ "id": id, "fields": row.fields }),
        None => json!({ "fields": row.fields }),
    }
}
