//! Taking what a caller writes into a cell: strictly, or as well as it can be understood (`typecast`).

use serde_json::Value;

use super::{Attachment, CellValue, Collaborator};
use super::{attachment, barcode, checkbox, choice, collaborator, date, link, number, text};
use crate::bases::errors::ApiError;
use crate::bases::ids::{AttachmentId, ChoiceId, RecordId};
use crate::bases::schema::{Field, FieldType, LinkOptions};

/// Whether `""`, `[]` and `false` clear a cell whose type has other values. Unsettled: documented for all in one breath.
const EMPTY_OF_ANOTHER_TYPE_CLEARS: bool = true;

/// A value, or nothing where the cell is to be cleared.
pub type Accepted = Result<Option<CellValue>, ApiError>;

/// What a cell has to know of the base around it.
pub trait Surroundings {
    /// The choice of that name; under typecast it is made where there is none.
    fn choice(&mut self, field: &Field, name: &str, typecast: bool) -> Option<ChoiceId>;
    fn collaborator(&self, id_or_email: &str) -> Option<Collaborator>;
    /// Whether a record stands in the table that is linked.
    fn may_link(&self, link: &LinkOptions, record: RecordId) -> Result<(), ApiError>;
    /// The record of the linked table that is called so, or one made to be called so.
    fn record_called(&mut self, link: &LinkOptions, text: &str) -> Option<RecordId>;
    /// An attachment that is in the cell already.
    fn attachment(&self, field: &Field, id: AttachmentId) -> Option<Attachment>;
    fn new_attachment(&mut self) -> AttachmentId;
}

/// The field that is written, and how.
pub struct Taking<'a> {
    pub field: &'a Field,
    pub typecast: bool,
    /// The caller's spelling of the field.
    pub called: &'a str,
    pub around: &'a mut dyn Surroundings,
}

impl Taking<'_> {
    pub(super) fn refused(&self) -> ApiError {
        ApiError::InvalidValue { field: self.called.into() }
    }

    pub(super) fn value(&self, value: Option<CellValue>) -> Accepted {
        value.map(Some).ok_or_else(|| self.refused())
    }
}

pub fn accept(mut taking: Taking<'_>, input: &Value) -> Accepted {
    use FieldType as F;
    let field = taking.field;
    if field.kind.is_computed() {
        return Err(ApiError::ComputedField { field: taking.called.into() });
    }
    if clears(input) {
        return Ok(None);
    }
    let taking = &mut taking;
    let accepted = match &field.kind {
        F::SingleLineText | F::Email | F::Url | F::PhoneNumber | F::MultilineText | F::RichText => {
            text::accept(taking, input)
        }
        F::Number(_) | F::Currency(_) => number::accept(taking, input),
        F::Duration(_) => number::accept_duration(taking, input),
        F::Percent(_) => number::accept_percent(taking, input),
        F::Rating(options) => number::accept_rating(taking, options, input),
        F::Checkbox(_) => checkbox::accept(taking, input),
        F::Date(options) => date::accept_date(taking, options, input),
        F::DateTime(options) => date::accept_instant(taking, options, input),
        F::SingleSelect(_) => choice::accept_one(taking, input),
        F::MultipleSelects(_) => choice::accept_many(taking, input),
        F::SingleCollaborator => collaborator::accept_one(taking, input),
        F::MultipleCollaborators => collaborator::accept_many(taking, input),
        F::MultipleRecordLinks(options) => link::accept(taking, options, input),
        F::MultipleAttachments(_) => attachment::accept(taking, input),
        F::Barcode => barcode::accept(taking, input),
        _ => Err(taking.refused()),
    };
    Ok(accepted?.and_then(CellValue::filled))
}

fn clears(input: &Value) -> bool {
    match input {
        Value::Null => true,
        Value::String(text) => EMPTY_OF_ANOTHER_TYPE_CLEARS && text.is_empty(),
        Value::Array(list) => EMPTY_OF_ANOTHER_TYPE_CLEARS && list.is_empty(),
        Value::Bool(set) => EMPTY_OF_ANOTHER_TYPE_CLEARS && !set,
        _ => false,
    }
}

/// The parts of a text that names several things. Unsettled: that commas part them.
pub fn parted(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}
