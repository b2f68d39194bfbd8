//! Asking a person for a grant: whoever `user` names, or the first there is, consents at once.

use domain::bases::ids::UserId;
use form_urlencoded::Serializer;

use super::answer::{Asked, Outcome};
use super::exchange::random;
use super::grants::{Grant, Proof};
use super::refused::Refused;
use super::{integration, scopes};

/// The length of a SHA-256 digest in base64.
const CHALLENGE_LENGTH: usize = 43;

/// Where the browser cannot be sent back safely, the refusal is shown; all others are told to the integration.
pub fn authorize(asked: &Asked<'_>) -> Result<Outcome, Refused> {
    let client_id = asked.given.one("client_id").ok_or(Refused::Request)?;
    let redirect_uri = redirect_uri(asked, client_id)?;
    let told: (&str, String) = match granted(asked, client_id, &redirect_uri) {
        Ok(code) => ("code", code),
        Err(refused) => ("error", refused.kind().to_owned()),
    };
    let mut query = Serializer::new(String::new());
    query.append_pair(told.0, &told.1);
    if let Some(state) = asked.given.one("state") {
        query.append_pair("state", state);
    }
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    Ok(Outcome::To(format!("{redirect_uri}{joint}{}", query.finish())))
}

fn redirect_uri(asked: &Asked<'_>, client_id: &str) -> Result<String, Refused> {
    let given = asked.given.one("redirect_uri").ok_or(Refused::Request)?;
    let accounts = asked.app.world.accounts();
    let registered = integration::known(&accounts, client_id)?
        .is_none_or(|integration| integration.redirect_uris.iter().any(|uri| uri == given));
    let is_web = given.starts_with("http://") || given.starts_with("https://");
    if registered && is_web && !given.contains('#') { Ok(given.to_owned()) } else { Err(Refused::Request) }
}

fn granted(asked: &Asked<'_>, client_id: &str, redirect_uri: &str) -> Result<String, Refused> {
    let one = |name: &str| asked.given.one(name).ok_or(Refused::Request);
    if one("response_type")? != "code" {
        return Err(Refused::ResponseType);
    }
    let challenge = one("code_challenge")?;
    if one("code_challenge_method")? != "S256" || challenge.len() != CHALLENGE_LENGTH {
        return Err(Refused::Request);
    }
    one("state")?;
    let scopes = scopes::read(asked.given.one("scope").unwrap_or_default())?;
    let grant = Grant { client_id: client_id.to_owned(), user: person(asked)?, scopes };
    let proof = Proof { redirect_uri: redirect_uri.to_owned(), challenge: challenge.to_owned() };
    let code = random(asked.app);
    asked.app.grants.add_code(code.clone(), grant, proof, asked.app.now());
    Ok(code)
}

fn person(asked: &Asked<'_>) -> Result<UserId, Refused> {
    let accounts = asked.app.world.accounts();
    let found = match asked.given.one("user") {
        Some(user) => UserId::parse(user).ok().filter(|user| accounts.people.contains_key(user)),
        None => accounts.people.keys().next().copied(),
    };
    found.ok_or(Refused::Request)
}
