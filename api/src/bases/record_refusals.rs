//! Why records are not read or written, in our own words: the domain refuses in Airtable's.

use axum::http::StatusCode;
use domain::bases::errors::ApiError;

use super::found::refused;
use super::records::RecordsFault;
use crate::http::{Call, Problem};

/// Of a read.
pub fn unread(fault: RecordsFault) -> Problem {
    match fault {
        RecordsFault::Refused(error) => said(error),
        RecordsFault::Command(error) => error.into(),
        RecordsFault::Problem(problem) => problem,
    }
}

/// Of a write.
pub fn unwritten(call: &Call, fault: RecordsFault) -> Problem {
    match fault {
        RecordsFault::Refused(error) => call.explain(said(error)),
        RecordsFault::Command(error) => refused(call, error),
        RecordsFault::Problem(problem) => call.explain(problem),
    }
}

fn said(error: ApiError) -> Problem {
    use ApiError as E;
    let text = error.message().unwrap_or_default();
    match error {
        E::PermissionsOrModelNotFound | E::RecordNotFound | E::NotFound => Problem::not_found(),
        E::NotPermitted | E::NotPermittedToCreate { .. } => Problem::forbidden(),
        E::NotPermittedToWrite { .. } | E::ComputedField { .. } => wrong("field_computed", text),
        E::UnknownFieldName(_) => wrong("no_such_field", text),
        E::InvalidValue { .. } | E::NotRecordIds => wrong("bad_value", text),
        E::UnknownChoice { name } => {
            wrong("no_such_choice", format!("The field has no choice \"{name}\"; `typecast` makes it."))
        }
        E::InvalidAttachment { .. } => wrong("bad_attachment", text),
        E::RecordNamedTwice => wrong("record_named_twice", text),
        E::RecordDoesNotExist { .. } => wrong("no_such_record", text),
        E::RecordOfAnotherTable { .. } => wrong("record_of_another_table", text),
        E::InvalidFormula | E::UnknownFieldsInFormula(_) => wrong("bad_formula", text),
        E::ViewNameNotFound(_) | E::ViewIdNotFound(_) => wrong("no_such_view", text),
        E::InvalidOffset(_) | E::IteratorNotAvailable => {
            Problem::conflict("cursor_gone", "This list cannot be gone on with. Begin it again.")
        }
        E::MergeMatchesMany => Problem::conflict("merge_matches_many", text),
        E::MergeFieldUnusable { .. } => wrong("merge_field_unusable", text),
        E::RateLimitReached => Problem::rate_limited(1),
        E::Retriable => Problem::unavailable(),
        E::ServerError => Problem::internal(),
        _ => wrong("invalid", text),
    }
}

fn wrong(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_refused_in_the_words_of_another() {
        let refused = [
            ApiError::PermissionsOrModelNotFound,
            ApiError::UnknownFieldName("Colour".into()),
            ApiError::InvalidValue { field: "Amount".into() },
            ApiError::RecordDoesNotExist { id: "rec".into() },
            ApiError::IteratorNotAvailable,
            ApiError::MergeMatchesMany,
            ApiError::InvalidRequest,
        ];
        let codes: Vec<_> = refused.into_iter().map(|error| said(error).code()).collect();
        let expected = [
            "not_found",
            "no_such_field",
            "bad_value",
            "no_such_record",
            "cursor_gone",
            "merge_matches_many",
            "invalid",
        ];
        assert_eq!(codes, expected);
    }
}
