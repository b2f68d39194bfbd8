//! Tokens that this program signs: compact JSON web tokens under one Ed25519 key. Each use has a kind, an audience and a
//! key of its own, so that a token of one use is none of another.

use aws_lc_rs::encoding::{AsDer, Pkcs8V2Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;

const LEEWAY_S: u64 = 5;
/// Longest token that is looked at.
const LENGTH_MAX: usize = 2_048;

/// What tokens are for.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// `typ` of the header.
    pub kind: &'static str,
    pub audience: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    #[error("the key that signs tokens cannot be used")]
    Key,
    #[error("the key that signs tokens cannot be used")]
    Jwt(#[from] jsonwebtoken::errors::Error),
}

/// Signs tokens of one use, and knows them again.
pub struct Signed {
    pub kind: &'static str,
    pub kid: String,
    pub signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    jwk: Jwk,
}

impl Signed {
    pub fn new(seed: &[u8; 32], what_for: Use, issuer: &str) -> Result<Self, TokenFault> {
        let Pair { signing, verifying, jwk, kid } = Pair::of(seed)?;
        let validation = validation(what_for.audience, issuer);
        Ok(Self { kind: what_for.kind, kid, signing, verifying, validation, jwk })
    }

    pub fn sign(&self, claims: &impl Serialize) -> Result<String, TokenFault> {
        Ok(jsonwebtoken::encode(&self.header(), claims, &self.signing)?)
    }

    pub fn header(&self) -> Header {
        Header { typ: Some(self.kind.into()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) }
    }

    /// What a token says, if it is one of ours, of this use, and good at this moment.
    pub fn read<Claims: DeserializeOwned>(&self, token: &str) -> Option<Claims> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_ours = header.typ.as_deref() == Some(self.kind) && header.kid.as_deref() == Some(&self.kid);
        // Keys that a token brings along, or points to, are never looked at.
        let brings_none = header.jwk.is_none() && header.jku.is_none() && header.x5u.is_none();
        if !is_ours || !brings_none {
            return None;
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation).ok()?;
        Some(decoded.claims)
    }

    /// The public key, for whoever verifies tokens elsewhere.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }
}

/// The name that a token says its key has; whether it is a token at all is not looked at.
pub fn kid_in(token: &str) -> Option<String> {
    let is_short = token.len() <= LENGTH_MAX;
    is_short.then(|| jsonwebtoken::decode_header(token).ok()?.kid).flatten()
}

/// The name of the key that a seed gives: its thumbprint, as RFC 7638 has it.
pub fn kid_of(seed: &[u8; 32]) -> Result<String, TokenFault> {
    Ok(Pair::of(seed)?.kid)
}

struct Pair {
    signing: EncodingKey,
    verifying: DecodingKey,
    jwk: Jwk,
    kid: String,
}

impl Pair {
    fn of(seed: &[u8; 32]) -> Result<Self, TokenFault> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| TokenFault::Key)?;
        let private: Pkcs8V2Der<'_> = pair.as_der().map_err(|_| TokenFault::Key)?;
        let signing = EncodingKey::from_ed_der(private.as_ref());
        let verifying = DecodingKey::from_ed_components(&BASE64.encode(pair.public_key().as_ref()))?;
        let mut jwk = Jwk::from_decoding_key(&verifying, Some(Algorithm::EdDSA))?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(kid.clone());
        Ok(Self { signing, verifying, jwk, kid })
    }
}

fn validation(audience: &str, issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S;
    validation
}
