//! Who asks: a Bearer token in the header, nowhere else.

use domain::bases::errors::ApiError;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use jiff::Timestamp;

use crate::airtable::world::{Caller, World};

pub fn authenticate(world: &World, headers: &HeaderMap, now: Timestamp) -> Result<Caller, ApiError> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let caller = token.and_then(|token| world.accounts().caller(token, now));
    caller.ok_or(ApiError::AuthenticationRequired)
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
