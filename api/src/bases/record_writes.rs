//! Writes of records, and what is said of them.

use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::airtable_id_of;
use domain::bases::cells::Collaborator;
use domain::bases::ids::RecordId;
use domain::bases::record::Source;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::record_lists::{FoundTable, RecordShown};
use super::record_refusals::unwritten;
use super::records::{self, Asked, Form, Writing, Written};
use crate::Api;
use crate::http::{Call, FieldError, Problem};

/// Records that one request writes.
pub const RECORDS_MAX: usize = 100;

/// How a write is answered.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Answered {
    /// `false`: as soon as it is in the log, without the records.
    #[serde(default = "yes")]
    wait: bool,
    /// Whether fields are called by their ids.
    #[serde(default)]
    by_field_id: bool,
}

impl Answered {
    pub fn at_once() -> Self {
        Self { wait: false, by_field_id: false }
    }
}

fn yes() -> bool {
    true
}

/// Records that were written.
#[derive(Serialize, ToSchema)]
pub struct RecordsWritten {
    /// In the order of the request.
    #[schema(value_type = Vec<String>)]
    ids: Vec<RecordId>,
    /// Those of them that were made.
    #[schema(value_type = Vec<String>)]
    created: Vec<RecordId>,
    /// As they are now. Left out of those that were deleted, and where nobody waited for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Vec<RecordShown>>,
}

/// One request to write.
pub struct Write<'a, T> {
    pub api: &'a Api,
    pub call: &'a Call,
    pub found: &'a FoundTable,
    /// Everything that was asked, besides the path.
    pub body: &'a T,
    pub typecast: bool,
    pub answered: Answered,
}

impl<T: Serialize> Write<'_, T> {
    pub async fn carry_out(self, asked: Asked, status: StatusCode) -> Result<Response, Problem> {
        let (call, base) = (self.call, &self.found.base);
        base.check_is_writable()?;
        let request = base.request(self.api, call, self.body)?;
        let writing = self.writing()?;
        let written = records::write(self.api, self.found.place(), &request, &writing, &asked).await;
        let written = written.map_err(|fault| unwritten(call, fault))?;
        let receipt = written.receipt.clone().ok_or_else(Problem::internal)?;
        let said = self.said(written, writing.wait).await?;
        Ok(call.answer(&receipt, status).json(&said))
    }

    fn writing(&self) -> Result<Writing, Problem> {
        let base = &self.found.base;
        let by = Collaborator { id: airtable_id_of(base.user()).to_string(), email: None, name: None };
        Ok(Writing {
            table: self.found.id.to_string(),
            typecast: self.typecast,
            source: Source::Api,
            by: Some(by),
            people: Vec::new(),
            records_max: RECORDS_MAX,
            only: base.named_tables()?,
            wait: self.answered.wait,
        })
    }

    async fn said(&self, written: Written, with_records: bool) -> Result<RecordsWritten, Problem> {
        let Written { table, records: ids, created, .. } = written;
        let form = Form { by_ids: self.answered.by_field_id, ..Form::default() };
        let records = match with_records {
            true => {
                let read = records::some(self.api, self.found.place(), table, &ids, &form).await;
                let read = read.map_err(|fault| unwritten(self.call, fault))?;
                Some(read.into_iter().map(RecordShown).collect())
            }
            false => None,
        };
        Ok(RecordsWritten { ids, created, records })
    }
}

/// Whether one request does not ask for too much, or for nothing.
pub fn check_count(pointer: &str, records: usize) -> Result<(), Problem> {
    let (code, message) = match records {
        0 => ("empty", "At least one record.".to_owned()),
        _ if records > RECORDS_MAX => ("too_many", format!("At most {RECORDS_MAX} records at once.")),
        _ => return Ok(()),
    };
    Err(Problem::invalid(vec![FieldError::new(pointer, code, message)]))
}
