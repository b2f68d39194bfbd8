//! Access tokens: signed, short-lived, and saying who, in which tenant and in which session; nothing about rights.
//!
//! A token that was verified once is remembered until it expires: whether its session still holds is asked each time,
//! elsewhere.

use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V2Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::identity::{SessionId, TenantId, UserId};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::from_secs(600);
const LEEWAY_S: u64 = 5;
const KIND: &str = "at+jwt";
const AUDIENCE: &str = "airtide";
/// Longest token that is looked at.
const LENGTH_MAX: usize = 2_048;
const REMEMBERED_MAX: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub tid: TenantId,
    pub sid: SessionId,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub jti: String,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    #[error("the key that signs tokens cannot be used")]
    Key,
    #[error("the key that signs tokens cannot be used")]
    Jwt(#[from] jsonwebtoken::errors::Error),
}

pub struct Tokens {
    issuer: String,
    kid: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    keys: JwkSet,
    verified: Cache<String, Claims>,
}

/// A new token and how long it is good for.
pub struct Issued {
    pub token: String,
    pub expires_in: u64,
}

impl Tokens {
    pub fn new(seed: &[u8; 32], issuer: &str) -> Result<Self, TokenFault> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| TokenFault::Key)?;
        let private: Pkcs8V2Der<'_> = pair.as_der().map_err(|_| TokenFault::Key)?;
        let signing = EncodingKey::from_ed_der(private.as_ref());
        let verifying = DecodingKey::from_ed_components(&BASE64.encode(pair.public_key().as_ref()))?;
        let mut jwk = Jwk::from_decoding_key(&verifying, Some(Algorithm::EdDSA))?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(kid.clone());
        Ok(Self {
            issuer: issuer.to_owned(),
            kid,
            signing,
            verifying,
            validation: validation(issuer),
            keys: JwkSet { keys: vec![jwk] },
            verified: Cache::new(REMEMBERED_MAX),
        })
    }

    pub fn issue(&self, user: UserId, tenant: TenantId, session: SessionId) -> Result<Issued, TokenFault> {
        self.issue_for(LIFETIME, user, tenant, session)
    }

    /// A token that is good for less, or more, than usual.
    pub fn issue_for(
        &self,
        lifetime: Duration,
        user: UserId,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Issued, TokenFault> {
        let now = Timestamp::now().as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: user,
            tid: tenant,
            sid: session,
            iat: now,
            nbf: now,
            exp: now + lifetime.as_secs() as i64,
            jti: uuid::Uuid::now_v7().to_string(),
        };
        let header =
            Header { typ: Some(KIND.into()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let token = jsonwebtoken::encode(&header, &claims, &self.signing)?;
        Ok(Issued { token, expires_in: lifetime.as_secs() })
    }

    /// What a token says, if it is one of ours and good at this moment.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        if let Some(claims) = self.verified.get(token) {
            return (claims.exp > Timestamp::now().as_second()).then_some(claims);
        }
        let claims = self.decode(token)?;
        self.verified.insert(token.to_owned(), claims.clone());
        Some(claims)
    }

    fn decode(&self, token: &str) -> Option<Claims> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_ours = header.typ.as_deref() == Some(KIND) && header.kid.as_deref() == Some(&self.kid);
        // Keys that a token brings along, or points to, are never looked at.
        let brings_none = header.jwk.is_none() && header.jku.is_none() && header.x5u.is_none();
        if !is_ours || !brings_none {
            return None;
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation).ok()?;
        Some(decoded.claims)
    }

    /// The public keys, for whoever verifies tokens elsewhere.
    pub fn keys(&self) -> &JwkSet {
        &self.keys
    }
}

fn validation(issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S;
    validation
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [u8; 32] = [7; 32];

    fn tokens() -> Tokens {
        Tokens::new(&SEED, "https://airtide.test").unwrap()
    }

    fn issue(tokens: &Tokens) -> String {
        let (user, tenant) = (UserId::new("usr_ana").unwrap(), TenantId::new("acme").unwrap());
        tokens.issue(user, tenant, SessionId::new("ses_1").unwrap()).unwrap().token
    }

    /// Signs other claims or under another header, with the right key.
    fn forge(tokens: &Tokens, change: impl FnOnce(&mut Header, &mut serde_json::Value)) -> String {
        let mut claims = serde_json::to_value(tokens.verify(&issue(tokens)).unwrap()).unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some(KIND.into()), Some(tokens.kid.clone()));
        change(&mut header, &mut claims);
        jsonwebtoken::encode(&header, &claims, &tokens.signing).unwrap()
    }

    #[test]
    fn a_token_says_who_and_where() {
        let tokens = tokens();
        let claims = tokens.verify(&issue(&tokens)).unwrap();
        assert_eq!(
            (claims.sub.as_str(), claims.tid.as_str(), claims.sid.as_str()),
            ("usr_ana", "acme", "ses_1")
        );
        assert_eq!(claims.exp - claims.iat, 600);
    }

    #[test]
    fn a_token_of_another_key_is_none() {
        let other = Tokens::new(&[8; 32], "https://airtide.test").unwrap();
        assert_eq!(tokens().verify(&issue(&other)), None);
    }

    #[test]
    fn every_claim_counts() {
        let tokens = tokens();
        assert!(tokens.verify(&forge(&tokens, |_, _| {})).is_some());
        let now = Timestamp::now().as_second();
        for (claim, value) in [
            ("iss", serde_json::json!("https://elsewhere.test")),
            ("aud", serde_json::json!("others")),
            ("exp", serde_json::json!(now - 60)),
            ("nbf", serde_json::json!(now + 60)),
            ("sub", serde_json::Value::Null),
        ] {
            let forged = forge(&tokens, |_, claims| claims[claim] = value);
            assert_eq!(tokens.verify(&forged), None, "{claim}");
        }
    }

    #[test]
    fn the_header_counts_and_brings_no_key() {
        let tokens = tokens();
        let forgeries: [fn(&mut Header); 4] = [
            |header| header.typ = Some("JWT".into()),
            |header| header.kid = Some("other".into()),
            |header| header.kid = None,
            |header| header.jku = Some("https://elsewhere.test/keys".into()),
        ];
        for change in forgeries {
            assert_eq!(tokens.verify(&forge(&tokens, |header, _| change(header))), None);
        }
    }

    #[test]
    fn without_a_signature_it_is_nothing() {
        let tokens = tokens();
        let token = issue(&tokens);
        let (signed, _) = token.rsplit_once('.').unwrap();
        assert_eq!(tokens.verify(&format!("{signed}.")), None);
        assert_eq!(tokens.verify(signed), None);
    }
}
