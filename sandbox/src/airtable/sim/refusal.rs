//! Why the side door does not do as asked.

use domain::bases::errors::ApiError;
use hyper::StatusCode;

use crate::airtable::seed::SeedError;

#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub why: String,
}

impl Refusal {
    pub fn misused(why: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, why: why.into() }
    }

    pub fn not_found(why: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, why: why.into() }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, why: error.to_string() }
    }
}

impl From<SeedError> for Refusal {
    fn from(error: SeedError) -> Self {
        Self::misused(error.to_string())
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::misused(error.to_string())
    }
}
