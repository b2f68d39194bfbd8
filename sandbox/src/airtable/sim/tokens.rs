//! Tokens: another one, and the end of one.

use serde::Deserialize;
use serde_json::json;

use super::refusal::Refusal;
use super::{Answer, Asked};
use crate::airtable::world::Token;

pub fn create(asked: &Asked<'_>) -> Answer {
    let token: Token = asked.read()?;
    let mut accounts = asked.app.world.accounts_mut();
    if !accounts.people.contains_key(&token.user) {
        return Err(Refusal::not_found("there is no such user"));
    }
    accounts.tokens.insert(token.token.clone(), token);
    Ok(json!({}))
}

#[derive(Deserialize)]
struct Revoked {
    token: String,
}

pub fn revoke(asked: &Asked<'_>) -> Answer {
    let revoked: Revoked = asked.read()?;
    let was_there = asked.app.world.accounts_mut().tokens.remove(&revoked.token).is_some();
    Ok(json!({ "revoked": was_there }))
}
