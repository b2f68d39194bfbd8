//! Reading what Airtable says of a cell. The two shapes never look alike where they differ, so either is read.

use serde_json::Value;

use super::{
    CellValue, attachment, barcode, checkbox, choice, collaborator, computed, date, link, number, text,
};
use crate::bases::schema::FieldType;

/// The value does not fit the field as it is known: the schema is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value does not fit the field")]
pub struct Unreadable;

/// Nothing for an empty cell, which webhooks may write as `null`. Whatever is worked out may have failed.
pub fn read(kind: &FieldType, value: &Value) -> Result<Option<CellValue>, Unreadable> {
    if value.is_null() {
        return Ok(None);
    }
    let failure = computed::failure(value).filter(|_| kind.is_computed());
    let read = failure.or_else(|| known(kind, value)).ok_or(Unreadable)?;
    Ok(read.filled())
}

fn known(kind: &FieldType, value: &Value) -> Option<CellValue> {
    use FieldType as F;
    match kind {
        F::SingleLineText
        | F::Email
        | F::Url
        | F::PhoneNumber
        | F::MultilineText
        | F::RichText
        | F::ManualSort => text::read(value),
        F::Number(_)
        | F::Percent(_)
        | F::Currency(_)
        | F::Duration(_)
        | F::Rating(_)
        | F::Count(_)
        | F::AutoNumber => number::read(value),
        F::Checkbox(_) => checkbox::read(value),
        F::Date(_) => date::read_day(value),
        F::DateTime(_) => date::read_instant(value),
        F::CreatedTime(_) | F::LastModifiedTime(_) => {
            date::read_day(value).or_else(|| date::read_instant(value))
        }
        F::SingleSelect(options) | F::ExternalSyncSource(options) => {
            choice::read_one(options, value).map(CellValue::Choice)
        }
        F::MultipleSelects(options) => choice::read_many(options, value),
        F::SingleCollaborator | F::CreatedBy | F::LastModifiedBy => {
            collaborator::read_one(value).map(CellValue::Collaborator)
        }
        F::MultipleCollaborators => collaborator::read_many(value),
        F::MultipleRecordLinks(_) => link::read_many(value),
        F::MultipleAttachments(_) => attachment::read_many(value),
        F::Barcode => barcode::read(value),
        F::Formula(options) => Some(computed::read_outcome(&options.result, value)),
        F::Rollup(options) => Some(computed::read_outcome(&options.result, value)),
        F::MultipleLookupValues(options) => Some(computed::read_lookup(&options.result, value)),
        F::Button | F::AiText(_) | F::Unknown { .. } => Some(CellValue::Raw(value.clone())),
    }
}
