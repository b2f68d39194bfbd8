//! Asking for tokens: with a code and its proof, or with the refresh token of the last ones.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::header::AUTHORIZATION;

use super::answer::{Asked, Outcome};
use super::exchange::exchanged;
use super::grants::{Grant, Proof};
use super::integration;
use super::refused::Refused;

pub fn token(asked: &Asked<'_>) -> Result<Outcome, Refused> {
    let client_id = client(asked)?;
    let grant = match asked.given.one("grant_type").ok_or(Refused::Request)? {
        "authorization_code" => by_code(asked, &client_id)?,
        "refresh_token" => by_refresh(asked, &client_id)?,
        _ => return Err(Refused::GrantType),
    };
    Ok(exchanged(asked.app, grant))
}

/// An integration says who it is in the form, or in the header with its secret.
fn client(asked: &Asked<'_>) -> Result<String, Refused> {
    let basic = basic(asked);
    let shown = basic.as_ref().map(|(_, secret)| secret.as_str());
    let named = basic.as_ref().map(|(id, _)| id.as_str()).or(asked.given.one("client_id"));
    let client_id = named.ok_or(Refused::Request)?;
    let accounts = asked.app.world.accounts();
    let registered = integration::known(&accounts, client_id)?;
    let secret = registered.and_then(|integration| integration.client_secret.as_deref());
    let has_shown_it = secret.is_none_or(|secret| {
        verify_slices_are_equal(secret.as_bytes(), shown.unwrap_or_default().as_bytes()).is_ok()
    });
    if has_shown_it { Ok(client_id.to_owned()) } else { Err(Refused::Client) }
}

fn basic(asked: &Asked<'_>) -> Option<(String, String)> {
    let header = asked.parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, packed) = header.split_once(' ')?;
    let pair = String::from_utf8(STANDARD.decode(packed.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    Some((id.to_owned(), secret.to_owned()))
}

/// A code is used up by whoever shows it, even wrongly.
fn by_code(asked: &Asked<'_>, client_id: &str) -> Result<Grant, Refused> {
    let one = |name: &str| asked.given.one(name).ok_or(Refused::Request);
    let (code, redirect_uri, verifier) = (one("code")?, one("redirect_uri")?, one("code_verifier")?);
    let (grant, proof) = asked.app.grants.take_code(code, asked.app.now()).ok_or(Refused::Grant)?;
    let is_proven = grant.client_id == client_id && proof.redirect_uri == redirect_uri;
    if is_proven && proves(&proof, verifier) { Ok(grant) } else { Err(Refused::Grant) }
}

fn proves(proof: &Proof, verifier: &str) -> bool {
    let shown = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    verify_slices_are_equal(shown.as_bytes(), proof.challenge.as_bytes()).is_ok()
}

fn by_refresh(asked: &Asked<'_>, client_id: &str) -> Result<Grant, Refused> {
    let token = asked.given.one("refresh_token").ok_or(Refused::Request)?;
    asked.app.grants.take_refresh(token, client_id, asked.app.now()).ok_or(Refused::Grant)
}
