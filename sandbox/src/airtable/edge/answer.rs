//! What a route answers, and what it did.

use domain::bases::errors::ApiError;
use serde::Serialize;

use crate::airtable::journal::Effect;

/// A body of JSON, and what the request changed.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub json: Vec<u8>,
    pub effects: Vec<Effect>,
}

pub type Said = Result<Answer, ApiError>;

pub fn said(body: &impl Serialize) -> Said {
    serde_json::to_vec(body).map(raw).map_err(|_| ApiError::ServerError)
}

pub fn raw(json: Vec<u8>) -> Answer {
    Answer { json, effects: Vec::new() }
}

impl Answer {
    pub fn with(mut self, effects: Vec<Effect>) -> Self {
        self.effects.extend(effects);
        self
    }
}
