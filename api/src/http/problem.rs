//! The one shape of every refusal and failure at the edge: `application/problem+json`, as RFC 9457 has it.
//!
//! A problem says what its caller needs to know and nothing of how the program is made. Handlers answer with one; the
//! edge writes it down, because only the edge knows the id of the request.

use std::borrow::Cow;

use axum::http::header::{LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::bases::errors::ApiError;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// How long to wait before asking again, where nothing better is known.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) status: StatusCode,
    /// For programs; never changes its meaning.
    pub(super) code: &'static str,
    pub(super) detail: Cow<'static, str>,
    pub(super) errors: Vec<FieldError>,
    /// Which quota is used up.
    pub(super) quota: Option<Box<QuotaTold>>,
    headers: Option<Box<HeaderMap>>,
    /// How Airtable says it, where that is known.
    pub(crate) airtable: Option<Box<ApiError>>,
    /// Whether it comes of a database that did not answer; callers do not see it.
    is_out_of_reach: bool,
}

/// What is wrong with one part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON pointer into the body; into the object of all parameters, when the query is wrong.
    #[schema(example = "/email")]
    pub pointer: String,
    /// For programs.
    #[schema(example = "unknown_field")]
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// A quota that is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuotaTold {
    #[schema(example = "members")]
    pub quota: &'static str,
    #[schema(example = 25)]
    pub limit: u64,
    #[schema(example = 25)]
    pub used: u64,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }
}

impl Problem {
    /// The request can be read, and what it asks for makes no sense.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Parts of the request are wrong.")
            .pointing(errors)
    }

    /// The same for parameters of the query.
    pub fn invalid_query(errors: Vec<FieldError>) -> Self {
        Self::malformed("invalid_query", "Parameters of the query are wrong.").pointing(errors)
    }

    /// The request cannot be read.
    pub fn malformed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn unauthenticated() -> Self {
        Self::unauthenticated_because("unauthenticated", "A valid access token is needed here.")
    }

    pub fn unauthenticated_because(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
            .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub fn forbidden() -> Self {
        Self::forbidden_because("forbidden", "Your role does not allow this.")
    }

    pub fn forbidden_because(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// A key is not enough: a person has to be here.
    pub fn session_required() -> Self {
        Self::forbidden_because(
            "session_required",
            "This needs a person who is signed in; an API key is none.",
        )
    }

    /// Whoever is signed in has to show once more who they are.
    pub fn reauth_required() -> Self {
        let detail = "Show your password once more, at POST /auth/prove, and ask again within ten minutes.";
        Self::forbidden_because("reauth_required", detail)
    }

    /// The tenant wants more than a password of its members.
    pub fn second_factor_required() -> Self {
        let detail =
            "This tenant is open to whoever has a second factor and has shown a code when signing in.";
        Self::forbidden_because("second_factor_required", detail)
    }

    /// Told to those only who have shown who they are.
    pub fn suspended() -> Self {
        Self::forbidden_because("suspended", "This account is suspended.")
    }

    pub fn tenant_suspended() -> Self {
        Self::forbidden_because("tenant_suspended", "This tenant is suspended.")
    }

    pub fn tenant_closing() -> Self {
        let detail = "This tenant is being closed: it can be read and exported, and nothing in it changes.";
        Self::forbidden_because("tenant_closing", detail)
    }

    pub fn tenant_closed() -> Self {
        Self::forbidden_because("tenant_closed", "This tenant is closed.")
    }

    /// What is not there, and what the caller may not know to be there.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here, or nothing for you.")
    }

    pub fn method_not_allowed() -> Self {
        let detail = "This path does not answer this method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// It was done by an earlier attempt, whose answer showed what is not shown again.
    pub fn already_done(location: &str) -> Self {
        let detail =
            "This was done before under the same Idempotency-Key. What was shown once is not shown again.";
        let problem = Self::conflict("already_done", detail);
        match HeaderValue::try_from(location) {
            Ok(location) => problem.with(LOCATION, location),
            Err(_) => problem,
        }
    }

    /// `If-Match` names another version than the present one.
    pub fn changed_meanwhile() -> Self {
        let detail = "It was changed since the version that If-Match names. Read it again first.";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
    }

    pub fn precondition_required() -> Self {
        let detail = "Send If-Match with the ETag of what you change.";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition_required", detail)
    }

    pub fn too_large(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    pub fn not_json() -> Self {
        let detail = "A body is sent as Content-Type: application/json.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail)
    }

    pub fn too_many(retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "Too many requests. Wait a little.")
            .retry_after(retry_after_seconds)
    }

    /// One of the limits of `crate::limits`.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        let detail = "Too many requests. Retry-After says when to come back.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail).retry_after(retry_after_seconds)
    }

    /// The tenant has as much of something as it may have.
    pub fn over_quota(told: QuotaTold) -> Self {
        let QuotaTold { quota, limit, used } = &told;
        let detail = format!("The quota `{quota}` of this tenant is used up: {used} of {limit}.");
        Self { quota: Some(Box::new(told)), ..Self::conflict("over_quota", detail) }
    }

    /// The tenant has done as much today as it may; another day begins then.
    pub fn over_daily_quota(told: QuotaTold, then: Timestamp) -> Self {
        let QuotaTold { quota, limit, used } = &told;
        let detail = format!(
            "The quota `{quota}` of this tenant is used up: {used} of {limit}. It can be read, and what is there can be \
             deleted, until it starts anew at {then}."
        );
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "over_daily_quota", detail);
        let seconds = then.duration_since(Timestamp::now()).as_secs().max(0).unsigned_abs();
        Self { quota: Some(Box::new(told)), ..problem }.retry_after(seconds + 1)
    }

    /// Nothing was changed, and the same request may succeed soon.
    pub fn unavailable() -> Self {
        Self::unavailable_because("unavailable", "This cannot be answered right now. Please try again.")
    }

    pub fn unavailable_because(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(RETRY_AFTER_SECONDS)
    }

    /// Says nothing of the cause: that is in the log, under the request's id.
    pub fn internal() -> Self {
        let detail = "Something went wrong here. The operators find more under the id of this request.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            quota: None,
            headers: None,
            airtable: None,
            is_out_of_reach: false,
        }
    }

    pub fn pointing(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    /// Says which part of the body it is about.
    pub fn at(mut self, pointer: &str) -> Self {
        self.errors.push(FieldError::new(pointer, self.code, self.detail.clone()));
        self
    }

    /// The same as Airtable says it, for those who ask as its clients do.
    pub fn said_as(self, error: ApiError) -> Self {
        Self { airtable: Some(Box::new(error)), ..self }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    /// For people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Says that the database itself is away.
    pub fn out_of_reach(self) -> Self {
        Self { is_out_of_reach: true, ..self }
    }

    pub fn is_out_of_reach(&self) -> bool {
        self.is_out_of_reach
    }

    pub fn retry_after(self, seconds: u64) -> Self {
        self.with(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// With a header on the answer.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.get_or_insert_default().insert(name, value);
        self
    }
}

/// For those who ask as Airtable's clients do; nobody else is answered with it.
impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, error.kind(), error.message().unwrap_or_default()).said_as(error)
    }
}

/// The edge finds the problem in the answer's extensions and writes the body (see `written.rs`).
impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let mut response = self.status.into_response();
        if let Some(headers) = self.headers.take() {
            *response.headers_mut() = *headers;
        }
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) async fn no_such_path() -> Problem {
    Problem::not_found()
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::method_not_allowed()
}
