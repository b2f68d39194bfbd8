//! The texts of errors.

use super::{A_MISSING_RECORD_IS_NAMED, ApiError};

impl ApiError {
    /// The text for people. Some errors have none.
    pub fn message(&self) -> Option<String> {
        use ApiError as E;
        let text = match self {
            E::NotFound
            | E::RequestTooLarge
            | E::TooManyWebhooks
            | E::IteratorNotAvailable
            | E::ServerError => return None,
            E::AuthenticationRequired => "Authentication required".into(),
            E::RecordNotFound if A_MISSING_RECORD_IS_NAMED => "Record not found".into(),
            E::PermissionsOrModelNotFound | E::RecordNotFound => PERMISSIONS_OR_MODEL_NOT_FOUND.into(),
            E::NotPermitted => "You are not permitted to perform this operation".into(),
            E::NotPermittedToCreate { table, id } => {
                format!("You are not permitted to create records in table {table} ({id})")
            }
            E::NotPermittedToWrite { field, id } => {
                format!("You are not permitted to write cell values in field {field} ({id})")
            }
            E::UnreadableBody => "Could not parse request body".into(),
            E::InvalidRequest => {
                "Invalid request: parameter validation failed. Check your request data.".into()
            }
            E::MissingFields => "Could not find field \"fields\" in the request body".into(),
            E::UnknownFieldName(name) => format!("Unknown field name: \"{name}\""),
            E::InvalidValue { field } => format!("Field \"{field}\" cannot accept the provided value"),
            E::ComputedField { field } => {
                format!("Field \"{field}\" cannot accept a value because the field is computed")
            }
            // The quotes are doubled there.
            E::UnknownChoice { name } => {
                format!("Insufficient permissions to create new select option \"\"{name}\"\"")
            }
            E::InvalidAttachment { field } => format!("Invalid attachment for field {field}"),
            E::TooManyRecords { verb, given } => {
                format!("A maximum of 10 records can be {verb} per request but you have provided {given}.")
            }
            E::TooManyDeletes => "\"records\" must be an array of up to 10 record IDs.".into(),
            E::RecordNamedTwice => {
                "You cannot name the same record multiple times in a single request.".into()
            }
            E::RecordDoesNotExist { id } => format!("Record ID {id} does not exist in this table"),
            E::NotRecordIds => "Value is not an array of record IDs.".into(),
            E::RecordOfAnotherTable { id } => {
                format!("Record ID {id} belongs to a table other than the linked one")
            }
            E::InvalidFormula => {
                format!("{FORMULA_INVALID} Invalid formula. Please check your formula text.")
            }
            E::UnknownFieldsInFormula(names) => {
                format!("{FORMULA_INVALID} Unknown field names: {}", names.join(", ").to_lowercase())
            }
            E::InvalidOffset(offset) => format!("The value of offset {offset} is invalid"),
            E::ViewNameNotFound(view) | E::ViewIdNotFound(view) => format!("View {view} not found"),
            E::MergeMatchesMany => "Cannot update more than one record for fields to merge on".into(),
            E::MergeFieldUnusable { field } => format!("Cannot merge on field \"{field}\""),
            E::DuplicateOrEmptyFieldName(name) => format!("Duplicate or empty field name: \"{name}\""),
            E::DuplicateTableName(name) => format!("Duplicate table name: \"{name}\""),
            E::InvalidFieldOptions { field } => format!("Invalid options for field \"{field}\""),
            E::UnsupportedFieldType { name } => format!("Creating {name} fields is not supported"),
            E::RateLimitReached => "Rate limit exceeded. Please try again later".into(),
            E::BillingLimitExceeded => BILLING_LIMIT_EXCEEDED.into(),
            E::Retriable => RETRIABLE.into(),
        };
        Some(text)
    }
}

const FORMULA_INVALID: &str = "The formula for filtering records is invalid:";
const PERMISSIONS_OR_MODEL_NOT_FOUND: &str = "Invalid permissions, or the requested model was not found. \
    Check that both your user and your token have the required permissions, \
    and that the model names and/or ids are correct.";
const BILLING_LIMIT_EXCEEDED: &str = "API billing plan limit exceeded. \
    You've reached the maximum number of requests allowed for this month.";
const RETRIABLE: &str = "Server encountered an error while processing your request, \
    and it is safe to retry the request";
