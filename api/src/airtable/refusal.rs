//! Refusals and failures as Airtable says them. What is decided in Airtable's words carries them along; for everything else they
//! follow from what the same refusal is elsewhere.

use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::errors::ApiError;
use serde_json::{Value, json};

use super::answer::JSON;
use crate::http::Problem;
use crate::http::written::put;

/// Of these it is not known whether they were carried out, or they were; so nobody is told that they may be sent again.
const OPEN_OUTCOMES: &[&str] = &["too_late", "outcome_unknown", "not_caught_up"];

/// Writes the answer that a problem is.
pub(crate) fn write(problem: &Problem, response: &mut Response) {
    let (status, body) = said(problem);
    *response.status_mut() = status;
    put(response, JSON, body.to_string().into_bytes());
}

fn said(problem: &Problem) -> (StatusCode, Value) {
    if let Some(error) = &problem.airtable {
        return (status(error), error.body());
    }
    let error = equivalent(problem);
    let mut body = error.body();
    if says_why(problem, &error) {
        body["error"]["message"] = json!(problem.detail());
    }
    (status(&error), body)
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What comes nearest to it. A quota that is used up is no 429 here: one client would ask again for ever, another would sleep
/// until the next day.
fn equivalent(problem: &Problem) -> ApiError {
    match (problem.status().as_u16(), problem.code()) {
        (_, code) if OPEN_OUTCOMES.contains(&code) => ApiError::ServerError,
        (_, "malformed_json" | "json_too_deep" | "broken_body") => ApiError::UnreadableBody,
        (_, "contended") | (503, _) => ApiError::Retriable,
        (_, "over_daily_quota") | (403 | 409, _) => ApiError::NotPermitted,
        (401, _) => ApiError::AuthenticationRequired,
        (404 | 405, _) => ApiError::NotFound,
        (413 | 414 | 431, _) => ApiError::RequestTooLarge,
        (429, _) => ApiError::RateLimitReached,
        (400..=499, _) => ApiError::InvalidRequest,
        _ => ApiError::ServerError,
    }
}

/// Airtable has one sentence for whatever is not permitted and one for whatever is wrong; ours say more.
fn says_why(problem: &Problem, error: &ApiError) -> bool {
    let has_more_to_say = !matches!(problem.code(), "forbidden" | "invalid");
    has_more_to_say && matches!(error, ApiError::NotPermitted | ApiError::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn told(problem: Problem) -> (u16, Value) {
        let (status, body) = said(&problem);
        (status.as_u16(), body)
    }

    #[test]
    fn what_is_refused_in_airtables_words_is_said_in_them() {
        let error = ApiError::UnknownFieldName("Colour".into());
        let (status, body) = told(Problem::from(error.clone()));
        assert_eq!((status, body), (422, error.body()));
        let ours = Problem::conflict("schema_unsound", "Not sound.").said_as(error.clone());
        assert_eq!(told(ours), (422, error.body()));
    }

    #[test]
    fn what_is_refused_before_its_route_is_said_as_airtable_would() {
        let told = |problem| told(problem);
        assert_eq!(told(Problem::unauthenticated()), (401, ApiError::AuthenticationRequired.body()));
        assert_eq!(told(Problem::not_found()), (404, json!({ "error": "NOT_FOUND" })));
        assert_eq!(told(Problem::method_not_allowed()), (404, json!({ "error": "NOT_FOUND" })));
        assert_eq!(told(Problem::too_large("Large.")), (413, json!({ "error": "REQUEST_TOO_LARGE" })));
        assert_eq!(told(Problem::rate_limited(3)), (429, ApiError::RateLimitReached.body()));
        assert_eq!(told(Problem::malformed("malformed_json", "x")), (400, ApiError::UnreadableBody.body()));
        assert_eq!(told(Problem::forbidden()), (403, ApiError::NotPermitted.body()));
        assert_eq!(told(Problem::internal()), (500, ApiError::ServerError.body()));
        assert_eq!(told(Problem::unavailable()), (503, ApiError::Retriable.body()));
    }

    #[test]
    fn whatever_may_have_been_done_is_not_called_safe_to_repeat() {
        for code in OPEN_OUTCOMES {
            assert_eq!(told(Problem::unavailable_because(code, "Who knows.")).0, 500);
        }
    }

    #[test]
    fn a_refusal_that_airtable_does_not_know_says_why() {
        let (status, body) = told(Problem::tenant_suspended());
        assert_eq!((status, &body["error"]["type"]), (403, &json!("INVALID_PERMISSIONS")));
        assert_eq!(body["error"]["message"], "This tenant is suspended.");
    }

    #[test]
    fn the_time_to_wait_is_told_with_it() {
        let problem = Problem::rate_limited(7);
        let mut response = problem.clone().into_response();
        write(&problem, &mut response);
        assert_eq!(response.headers()["retry-after"], "7");
        assert_eq!(response.headers()["content-type"], JSON);
    }
}
