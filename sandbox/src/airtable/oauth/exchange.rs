//! Giving tokens for a grant.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::answer::Outcome;
use super::grants::{Grant, REFRESH_LIFE};
use super::scopes;
use crate::airtable::app::App;
use crate::airtable::journal::Effect;
use crate::airtable::world::Token;

/// Unsettled: an hour, as some say.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Unsettled: that the access token given before is good until it ends.
pub fn exchanged(app: &App, grant: Grant) -> Outcome {
    let now = app.now();
    let (access, refresh) = (format!("oaa{}", random(app)), format!("oar{}", random(app)));
    let body = json!({
        "access_token": access,
        "refresh_token": refresh,
        "token_type": "Bearer",
        "scope": scopes::written(&grant.scopes),
        "expires_in": ACCESS_LIFE.as_secs(),
        "refresh_expires_in": REFRESH_LIFE.as_secs(),
    });
    let effect = Effect::new("token.issued", grant.user);
    let token = Token {
        token: access.clone(),
        user: grant.user,
        scopes: Some(grant.scopes.clone()),
        bases: None,
        integration: Some(grant.client_id.clone()),
        expires: Some(now.checked_add(ACCESS_LIFE).unwrap_or(Timestamp::MAX)),
    };
    let mut accounts = app.world.accounts_mut();
    accounts.tokens.retain(|_, token| token.is_good(now));
    accounts.tokens.insert(access, token);
    drop(accounts);
    app.grants.add_refresh(refresh, grant, now);
    Outcome::Said(body, effect)
}

/// What nobody guesses, unless the server draws from a seed.
pub fn random(app: &App) -> String {
    let bytes = [app.draws.bytes(), app.draws.bytes()].concat();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
