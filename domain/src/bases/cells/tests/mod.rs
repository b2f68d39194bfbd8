//! Each type of field is written as the API wants it, as it does not, and as `typecast` understands it.

mod accepting;
mod anything;
mod shapes;
mod texts;

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;
use crate::bases::errors::ApiError;
use crate::bases::ids::{AttachmentId, ChoiceId, Mint, RecordId};
use crate::bases::samples;
use crate::bases::schema::{Base, Field, LinkOptions};

/// A base around a cell: one record that may be linked, one person, one file in the cell.
struct Around {
    base: Base,
    mint: Mint,
    made: Vec<String>,
}

const ACME: &str = "recAcme0000000000";
const ANA: &str = "usrAna00000000000";
const FILE: &str = "attFile0000000000";

impl Around {
    fn new() -> Self {
        Self { base: samples::base(), mint: Mint::new(Uuid::nil()), made: Vec::new() }
    }

    fn field(&self, name: &str) -> Field {
        let fields = self.base.tables.iter().flat_map(|table| &table.fields);
        fields.clone().find(|field| field.name == name).unwrap().clone()
    }
}

impl Surroundings for Around {
    fn choice(&mut self, field: &Field, name: &str, typecast: bool) -> Option<ChoiceId> {
        let found = field.choices()?.named(name).map(|choice| choice.id);
        if found.is_none() && typecast {
            self.made.push(name.into());
            return Some(self.mint.make());
        }
        found
    }

    fn collaborator(&self, id_or_email: &str) -> Option<Collaborator> {
        (id_or_email == ANA || id_or_email == "ana@example.org").then(ana)
    }

    fn may_link(&self, _: &LinkOptions, record: RecordId) -> Result<(), ApiError> {
        let there = record.as_str() == ACME;
        if there { Ok(()) } else { Err(ApiError::RecordDoesNotExist { id: record.to_string() }) }
    }

    fn record_called(&mut self, _: &LinkOptions, text: &str) -> Option<RecordId> {
        if text == "Acme" {
            return RecordId::parse(ACME).ok();
        }
        self.made.push(text.into());
        Some(self.mint.make())
    }

    fn attachment(&self, _: &Field, id: AttachmentId) -> Option<Attachment> {
        let file =
            Attachment { id, url: "https://files/1".into(), filename: None, known: serde_json::Map::new() };
        (id.as_str() == FILE).then_some(file)
    }

    fn new_attachment(&mut self) -> AttachmentId {
        self.mint.make()
    }
}

fn ana() -> Collaborator {
    Collaborator { id: ANA.into(), email: Some("ana@example.org".into()), name: Some("Ana".into()) }
}

struct Called(BTreeMap<RecordId, String>);

impl Names for Called {
    fn record(&self, id: RecordId) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}
