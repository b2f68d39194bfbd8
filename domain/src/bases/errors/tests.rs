use super::*;

fn says(error: ApiError, status: u16, kind: &str, message: &str) {
    let body = json!({ "error": { "type": kind, "message": message } });
    assert_eq!((error.status(), error.body()), (status, body), "{error:?}");
}

#[test]
fn authentication_required() {
    says(ApiError::AuthenticationRequired, 401, "AUTHENTICATION_REQUIRED", "Authentication required");
}

#[test]
fn an_unknown_table_is_not_told_from_one_without_access() {
    let text = "Invalid permissions, or the requested model was not found. Check that both your user and your token have \
                the required permissions, and that the model names and/or ids are correct.";
    says(ApiError::PermissionsOrModelNotFound, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", text);
}

#[test]
fn not_permitted() {
    let text = "You are not permitted to perform this operation";
    says(ApiError::NotPermitted, 403, "INVALID_PERMISSIONS", text);
}

#[test]
fn an_unknown_route_is_a_bare_word() {
    assert_eq!(ApiError::NotFound.status(), 404);
    assert_eq!(ApiError::NotFound.body(), json!({ "error": "NOT_FOUND" }));
}

#[test]
fn reading_a_record_that_is_not_there_says_so() {
    says(ApiError::RecordNotFound, 404, "MODEL_ID_NOT_FOUND", "Record not found");
}

#[test]
fn a_request_that_is_wrong_somewhere() {
    let text = "Invalid request: parameter validation failed. Check your request data.";
    says(ApiError::InvalidRequest, 422, "INVALID_REQUEST_UNKNOWN", text);
    let text = "Could not find field \"fields\" in the request body";
    says(ApiError::MissingFields, 422, "INVALID_REQUEST_MISSING_FIELDS", text);
    says(ApiError::UnreadableBody, 400, "INVALID_REQUEST_BODY", "Could not parse request body");
}

#[test]
fn unknown_field_name() {
    says(ApiError::UnknownFieldName("X".into()), 422, "UNKNOWN_FIELD_NAME", "Unknown field name: \"X\"");
}

#[test]
fn invalid_value_for_column() {
    let kind = "INVALID_VALUE_FOR_COLUMN";
    let field = || "X".to_owned();
    let text = "Field \"X\" cannot accept the provided value";
    says(ApiError::InvalidValue { field: field() }, 422, kind, text);
    let text = "Field \"X\" cannot accept a value because the field is computed";
    says(ApiError::ComputedField { field: field() }, 422, kind, text);
}

#[test]
fn invalid_multiple_choice_options_doubles_its_quotes() {
    let text = "Insufficient permissions to create new select option \"\"X\"\"";
    says(ApiError::UnknownChoice { name: "X".into() }, 422, "INVALID_MULTIPLE_CHOICE_OPTIONS", text);
}

#[test]
fn invalid_records() {
    let text = "A maximum of 10 records can be created per request but you have provided 100.";
    says(ApiError::TooManyRecords { verb: "created", given: 100 }, 422, "INVALID_RECORDS", text);
    let text = "\"records\" must be an array of up to 10 record IDs.";
    says(ApiError::TooManyDeletes, 422, "INVALID_RECORDS", text);
}

#[test]
fn row_does_not_exist() {
    let text = "Record ID recX does not exist in this table";
    says(ApiError::RecordDoesNotExist { id: "recX".into() }, 422, "ROW_DOES_NOT_EXIST", text);
    says(ApiError::NotRecordIds, 422, "INVALID_RECORD_ID", "Value is not an array of record IDs.");
}

#[test]
fn invalid_filter_by_formula() {
    let kind = "INVALID_FILTER_BY_FORMULA";
    let text =
        "The formula for filtering records is invalid: Invalid formula. Please check your formula text.";
    says(ApiError::InvalidFormula, 422, kind, text);
    let text = "The formula for filtering records is invalid: Unknown field names: a, b";
    says(ApiError::UnknownFieldsInFormula(vec!["A".into(), "b".into()]), 422, kind, text);
}

#[test]
fn offsets_and_iterators() {
    let text = "The value of offset itr/rec is invalid";
    says(ApiError::InvalidOffset("itr/rec".into()), 422, "INVALID_OFFSET_VALUE", text);
    let gone = ApiError::IteratorNotAvailable;
    let body = json!({ "error": { "type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE" } });
    assert_eq!((gone.status(), gone.body()), (422, body));
}

#[test]
fn the_two_meanings_of_429() {
    let text = "Rate limit exceeded. Please try again later";
    says(ApiError::RateLimitReached, 429, "RATE_LIMIT_REACHED", text);
    let text = "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this month.";
    says(ApiError::BillingLimitExceeded, 429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED", text);
}

#[test]
fn too_much_of_something() {
    let large = ApiError::RequestTooLarge;
    assert_eq!((large.status(), large.body()), (413, json!({ "error": "REQUEST_TOO_LARGE" })));
    let body = json!({ "error": { "type": "TOO_MANY_WEBHOOKS_IN_BASE" } });
    assert_eq!((ApiError::TooManyWebhooks.status(), ApiError::TooManyWebhooks.body()), (422, body));
}

#[test]
fn errors_of_the_server() {
    let broken = ApiError::ServerError;
    assert_eq!((broken.status(), broken.body()), (500, json!({ "error": { "type": "SERVER_ERROR" } })));
    let text =
        "Server encountered an error while processing your request, and it is safe to retry the request";
    says(ApiError::Retriable, 503, "RETRIABLE_ERROR", text);
}
