//! What is asked, in the forms that Airtable's clients write it in. What they say beyond what is known is let be.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use domain::bases::errors::ApiError;
use domain::bases::requests::{Body, Query};

use crate::http::limits::AIRTABLE_BODY_BYTES_MAX;
use crate::http::{Problem, json};

pub struct Asked(pub Query);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query: Vec<(String, String)> = pairs.into_owned().collect();
        // Postgres keeps it nowhere.
        let holds_null = query.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'));
        if holds_null { Err(ApiError::InvalidRequest.into()) } else { Ok(Self(query.into_iter().collect())) }
    }
}

/// A body, whatever it calls itself.
pub struct Sent(pub Body);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let text = json::read(request.into_body(), AIRTABLE_BODY_BYTES_MAX).await?;
        if !text.is_empty() {
            json::check(&text)?;
        }
        Ok(Self(Body::parse(&text)?))
    }
}
