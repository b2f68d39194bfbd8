//! A write, and how what was written is said.

use axum::response::Response;
use domain::bases::airtable_id_of;
use domain::bases::cells::Collaborator;
use domain::bases::ids::RecordId;
use domain::bases::record::Source;
use domain::bases::requests::{Body, Format, Query};
use domain::bases::table::RECORDS_MAX;
use serde::Serialize;
use serde_json::value::RawValue;

use super::said::form;
use crate::Api;
use crate::airtable::answer::{done, said};
use crate::airtable::base::AtTable;
use crate::bases::records::{self, Asked, Writing, Written};
use crate::http::{Call, Problem};

/// What a write is asked with.
pub struct Write<'a> {
    pub api: &'a Api,
    pub call: &'a Call,
    pub at: &'a AtTable,
    pub query: &'a Query,
    pub body: &'a Body,
}

impl Write<'_> {
    pub async fn carry_out(&self, asked: &Asked) -> Result<Written, Problem> {
        self.at.base.check_is_writable()?;
        // A deletion is asked for in the address, so that belongs to what was asked.
        let ids: Vec<&str> = asked.ids().collect();
        let request = self.at.base.request(self.api, self.call, &(&self.body.object, ids))?;
        let writing = Writing {
            table: self.at.table.to_string(),
            typecast: self.body.flag("typecast"),
            source: Source::Api,
            by: Some(self.collaborator()),
            people: Vec::new(),
            records_max: RECORDS_MAX,
            only: self.at.base.named_tables()?,
            wait: true,
        };
        Ok(records::write(self.api, self.at.place(), &request, &writing, asked).await?)
    }

    /// The records as they are afterwards, in the order of the request.
    pub async fn records(&self, written: &Written) -> Result<Vec<Box<RawValue>>, Problem> {
        let form = form(Format::of_write(self.query, self.body), self.at)?;
        Ok(records::some(self.api, self.at.place(), written.table, &written.records, &form).await?)
    }

    pub fn answer(&self, written: &Written, body: &impl Serialize) -> Response {
        match &written.receipt {
            Some(receipt) => done(self.call, receipt, body),
            None => said(body),
        }
    }

    fn collaborator(&self) -> Collaborator {
        Collaborator { id: airtable_id_of(self.at.base.user()).to_string(), email: None, name: None }
    }
}

/// Several records.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordsSaid<'a> {
    pub records: Vec<Box<RawValue>>,
    /// Only of an upsert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_records: Option<&'a [RecordId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_records: Option<&'a [RecordId]>,
}

impl RecordsSaid<'_> {
    pub fn of(records: Vec<Box<RawValue>>) -> Self {
        Self { records, created_records: None, updated_records: None }
    }
}

/// A record that is no more.
#[derive(Serialize)]
pub struct DeletedSaid {
    id: RecordId,
    deleted: bool,
}

impl DeletedSaid {
    pub fn all(written: &Written) -> Vec<Self> {
        written.records.iter().map(|id| Self { id: *id, deleted: true }).collect()
    }
}
