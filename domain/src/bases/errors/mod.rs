//! What Airtable answers when it refuses, in its own types and texts. The caller's spelling of names is kept.

mod message;

use serde_json::{Value, json};

use super::ids::{RecordId, TableId};

/// Whether reading a record that is not there names it, as recorded in 2021, or hides it among permissions.
/// Unsettled: today's answer may be the 403 or `NOT_FOUND`.
pub const A_MISSING_RECORD_IS_NAMED: bool = true;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    AuthenticationRequired,
    /// An unknown base or table, or a token without access: not told apart.
    PermissionsOrModelNotFound,
    NotPermitted,
    NotPermittedToCreate {
        table: String,
        id: TableId,
    },
    NotPermittedToWrite {
        field: String,
        id: String,
    },
    /// No such route.
    NotFound,
    RecordNotFound,
    /// Unsettled: the body.
    RequestTooLarge,
    /// Unsettled: the status.
    TooManyWebhooks,
    /// Unsettled: the type; the body that is no JSON at all is not documented.
    UnreadableBody,
    InvalidRequest,
    /// Unsettled: the type.
    MissingFields,
    UnknownFieldName(String),
    InvalidValue {
        field: String,
    },
    ComputedField {
        field: String,
    },
    UnknownChoice {
        name: String,
    },
    InvalidAttachment {
        field: String,
    },
    TooManyRecords {
        verb: &'static str,
        given: usize,
    },
    TooManyDeletes,
    /// Unsettled: type and text.
    RecordNamedTwice,
    RecordDoesNotExist {
        id: String,
    },
    /// Unsettled: the type.
    NotRecordIds,
    /// Unsettled: the text.
    RecordOfAnotherTable {
        id: RecordId,
    },
    InvalidFormula,
    UnknownFieldsInFormula(Vec<String>),
    InvalidOffset(String),
    IteratorNotAvailable,
    ViewNameNotFound(String),
    ViewIdNotFound(String),
    /// Unsettled: type and text.
    MergeMatchesMany,
    /// Unsettled: type and text.
    MergeFieldUnusable {
        field: String,
    },
    DuplicateOrEmptyFieldName(String),
    DuplicateTableName(String),
    InvalidFieldOptions {
        field: String,
    },
    UnsupportedFieldType {
        name: String,
    },
    RateLimitReached,
    BillingLimitExceeded,
    ServerError,
    Retriable,
}

impl ApiError {
    pub fn status(&self) -> u16 {
        use ApiError as E;
        match self {
            E::UnreadableBody => 400,
            E::AuthenticationRequired => 401,
            E::PermissionsOrModelNotFound
            | E::NotPermitted
            | E::NotPermittedToCreate { .. }
            | E::NotPermittedToWrite { .. } => 403,
            E::RecordNotFound if A_MISSING_RECORD_IS_NAMED => 404,
            E::RecordNotFound => 403,
            E::NotFound => 404,
            E::RequestTooLarge => 413,
            E::RateLimitReached | E::BillingLimitExceeded => 429,
            E::ServerError => 500,
            E::Retriable => 503,
            _ => 422,
        }
    }

    /// The stable word for programs.
    pub fn kind(&self) -> &'static str {
        use ApiError as E;
        match self {
            E::AuthenticationRequired => "AUTHENTICATION_REQUIRED",
            E::PermissionsOrModelNotFound => "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
            E::NotPermitted | E::NotPermittedToCreate { .. } | E::NotPermittedToWrite { .. } => {
                "INVALID_PERMISSIONS"
            }
            E::NotFound => "NOT_FOUND",
            E::RecordNotFound if A_MISSING_RECORD_IS_NAMED => "MODEL_ID_NOT_FOUND",
            E::RecordNotFound => "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
            E::RequestTooLarge => "REQUEST_TOO_LARGE",
            E::TooManyWebhooks => "TOO_MANY_WEBHOOKS_IN_BASE",
            E::UnreadableBody => "INVALID_REQUEST_BODY",
            E::InvalidRequest | E::MergeMatchesMany | E::MergeFieldUnusable { .. } => {
                "INVALID_REQUEST_UNKNOWN"
            }
            E::MissingFields => "INVALID_REQUEST_MISSING_FIELDS",
            E::UnknownFieldName(_) => "UNKNOWN_FIELD_NAME",
            E::InvalidValue { .. } | E::ComputedField { .. } => "INVALID_VALUE_FOR_COLUMN",
            E::UnknownChoice { .. } => "INVALID_MULTIPLE_CHOICE_OPTIONS",
            E::InvalidAttachment { .. } => "INVALID_ATTACHMENT_OBJECT",
            E::TooManyRecords { .. } | E::TooManyDeletes | E::RecordNamedTwice => "INVALID_RECORDS",
            E::RecordDoesNotExist { .. } => "ROW_DOES_NOT_EXIST",
            E::NotRecordIds => "INVALID_RECORD_ID",
            E::RecordOfAnotherTable { .. } => "ROW_TABLE_DOES_NOT_MATCH_LINKED_TABLE",
            E::InvalidFormula | E::UnknownFieldsInFormula(_) => "INVALID_FILTER_BY_FORMULA",
            E::InvalidOffset(_) => "INVALID_OFFSET_VALUE",
            E::IteratorNotAvailable => "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
            E::ViewNameNotFound(_) => "VIEW_NAME_NOT_FOUND",
            E::ViewIdNotFound(_) => "VIEW_ID_NOT_FOUND",
            E::DuplicateOrEmptyFieldName(_) => "DUPLICATE_OR_EMPTY_FIELD_NAME",
            E::DuplicateTableName(_) => "DUPLICATE_TABLE_NAME",
            E::InvalidFieldOptions { .. } => "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE",
            E::UnsupportedFieldType { .. } => "UNSUPPORTED_FIELD_TYPE_FOR_CREATE",
            E::RateLimitReached => "RATE_LIMIT_REACHED",
            E::BillingLimitExceeded => "PUBLIC_API_BILLING_LIMIT_EXCEEDED",
            E::ServerError => "SERVER_ERROR",
            E::Retriable => "RETRIABLE_ERROR",
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        match (self, self.message()) {
            (ApiError::NotFound | ApiError::RequestTooLarge, _) => json!({ "error": self.kind() }),
            (_, None) => json!({ "error": { "type": self.kind() } }),
            (_, Some(message)) => json!({ "error": { "type": self.kind(), "message": message } }),
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.kind(), self.message().unwrap_or_default())
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests;
