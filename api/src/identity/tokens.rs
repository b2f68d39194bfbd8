//! Access tokens: signed, short-lived, and saying who, in which tenant and in which session; nothing about rights.
//!
//! A token that was verified once is remembered until it expires: whether its session still holds is asked each time,
//! elsewhere.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::identity::{SessionId, TenantId, UserId};
use eventstore::keyring::KeyringFault;
use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use super::signing::SigningFault;
use super::signing::schedule::{self, Times};
use crate::access::{Signed, TokenFault, Use, kid_in};

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::from_secs(600);
const ACCESS: Use = Use { kind: "at+jwt", audience: "airtide" };
const PASSWORD: &str = "pwd";
const CODE: &str = "otp";
const REMEMBERED_MAX: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub tid: TenantId,
    pub sid: SessionId,
    /// What its person showed, in the words of RFC 8176. Older tokens do not say.
    #[serde(default)]
    pub amr: Vec<String>,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub jti: String,
}

/// Whom a token is for.
pub struct Bearer {
    pub user: UserId,
    pub tenant: TenantId,
    pub session: SessionId,
    /// Whether a code was shown besides the password.
    pub with_code: bool,
}

impl Claims {
    pub fn with_code(&self) -> bool {
        self.amr.iter().any(|method| method == CODE)
    }
}

pub struct Tokens {
    issuer: String,
    known: RwLock<Arc<[Known]>>,
    verified: Cache<String, Claims>,
}

/// A key, and when it does what.
#[derive(Clone)]
struct Known {
    times: Times,
    signed: Arc<Signed>,
}

/// A new token and how long it is good for.
pub struct Issued {
    pub token: String,
    pub expires_in: u64,
}

impl Tokens {
    /// With one key, until it learns of others.
    pub fn new(seed: &[u8; 32], issuer: &str) -> Result<Self, TokenFault> {
        let signed = Arc::new(Signed::new(seed, ACCESS, issuer)?);
        let (published_at, signs_from) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        let times = Times { kid: signed.kid.clone(), published_at, signs_from };
        Ok(Self {
            issuer: issuer.to_owned(),
            known: RwLock::new([Known { times, signed }].into()),
            verified: Cache::new(REMEMBERED_MAX),
        })
    }

    /// These are the keys from now on. The seed of one that was known before is not asked for.
    pub fn learn<'a, Seed: Fn() -> Result<[u8; 32], KeyringFault>>(
        &self,
        keys: impl Iterator<Item = (&'a Times, Seed)>,
    ) -> Result<(), SigningFault> {
        let before = self.known();
        let known = |(times, seed): (&Times, Seed)| {
            let signed = match before.iter().find(|known| known.times.kid == times.kid) {
                Some(known) => Arc::clone(&known.signed),
                None => Arc::new(Signed::new(&seed()?, ACCESS, &self.issuer)?),
            };
            Ok(Known { times: times.clone(), signed })
        };
        let keys = keys.map(known).collect::<Result<Vec<_>, SigningFault>>()?;
        if !keys.is_empty() {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
        }
        Ok(())
    }

    fn known(&self) -> Arc<[Known]> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that signs at this moment.
    fn active(&self) -> Result<Arc<Signed>, TokenFault> {
        let known = self.known();
        let times: Vec<Times> = known.iter().map(|known| known.times.clone()).collect();
        let active = schedule::active(&times, Timestamp::now()).ok_or(TokenFault::Key)?;
        let active = known.iter().find(|known| known.times.kid == active.kid).ok_or(TokenFault::Key)?;
        Ok(Arc::clone(&active.signed))
    }

    pub fn issue(&self, bearer: Bearer) -> Result<Issued, TokenFault> {
        self.issue_for(LIFETIME, bearer)
    }

    /// A token that is good for less, or more, than usual.
    pub fn issue_for(&self, lifetime: Duration, bearer: Bearer) -> Result<Issued, TokenFault> {
        let methods = std::iter::once(PASSWORD).chain(bearer.with_code.then_some(CODE));
        let now = Timestamp::now().as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: ACCESS.audience.into(),
            sub: bearer.user,
            tid: bearer.tenant,
            sid: bearer.session,
            amr: methods.map(str::to_owned).collect(),
            iat: now,
            nbf: now,
            exp: now + lifetime.as_secs() as i64,
            jti: uuid::Uuid::now_v7().to_string(),
        };
        Ok(Issued { token: self.active()?.sign(&claims)?, expires_in: lifetime.as_secs() })
    }

    /// What a token says, if it is one of ours and good at this moment.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        if let Some(claims) = self.verified.get(token) {
            return (claims.exp > Timestamp::now().as_second()).then_some(claims);
        }
        let (kid, known) = (kid_in(token)?, self.known());
        let claims: Claims = known.iter().find(|known| known.times.kid == kid)?.signed.read(token)?;
        self.verified.insert(token.to_owned(), claims.clone());
        Some(claims)
    }

    /// The public keys, for whoever verifies tokens elsewhere.
    pub fn keys(&self) -> JwkSet {
        JwkSet { keys: self.known().iter().map(|known| known.signed.jwk().clone()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use jsonwebtoken::Header;

    use super::*;

    const SEED: [u8; 32] = [7; 32];

    fn tokens() -> Tokens {
        Tokens::new(&SEED, "https://airtide.test").unwrap()
    }

    fn bearer(with_code: bool) -> Bearer {
        Bearer {
            user: UserId::new("usr_ana").unwrap(),
            tenant: TenantId::new("acme").unwrap(),
            session: SessionId::new("ses_1").unwrap(),
            with_code,
        }
    }

    fn issue(tokens: &Tokens) -> String {
        tokens.issue(bearer(false)).unwrap().token
    }

    /// Signs other claims or under another header, with the right key.
    fn forge(tokens: &Tokens, change: impl FnOnce(&mut Header, &mut serde_json::Value)) -> String {
        let mut claims = serde_json::to_value(tokens.verify(&issue(tokens)).unwrap()).unwrap();
        let mut header = tokens.active().unwrap().header();
        change(&mut header, &mut claims);
        jsonwebtoken::encode(&header, &claims, &tokens.active().unwrap().signing).unwrap()
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
    fn a_token_says_whether_a_code_was_shown() {
        let tokens = tokens();
        for (with_code, methods) in [(false, vec!["pwd"]), (true, vec!["pwd", "otp"])] {
            let claims = tokens.verify(&tokens.issue(bearer(with_code)).unwrap().token).unwrap();
            assert_eq!(
                (claims.with_code(), claims.amr),
                (with_code, methods.into_iter().map(str::to_owned).collect())
            );
        }
        let older = forge(&tokens, |_, claims| drop(claims.as_object_mut().unwrap().remove("amr")));
        assert!(!tokens.verify(&older).unwrap().with_code());
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
    fn what_is_published_is_no_secret_to_sign_with() {
        use jsonwebtoken::{Algorithm, EncodingKey};

        let tokens = tokens();
        let token = issue(&tokens);
        let claims = tokens.verify(&token).unwrap();
        let published = serde_json::to_value(tokens.keys()).unwrap();
        let x = published["keys"][0]["x"].as_str().unwrap();
        let kid = tokens.active().unwrap().kid.clone();
        for secret in [x.to_owned(), published["keys"][0].to_string(), kid.clone(), String::new()] {
            let key = EncodingKey::from_secret(secret.as_bytes());
            let mut header = tokens.active().unwrap().header();
            header.alg = Algorithm::HS256;
            let forged = jsonwebtoken::encode(&header, &claims, &key).unwrap();
            assert_eq!(tokens.verify(&forged), None);
        }
        for named in ["../../dev/null", "' or 1=1 --", "http://127.0.0.1/keys", "", "\0"] {
            let forged = forge(&tokens, |header, _| header.kid = Some(named.to_owned()));
            assert_eq!(tokens.verify(&forged), None, "{named}");
        }
        let nested = forge(&tokens, |header, _| header.x5u = Some("https://elsewhere.test/cert".into()));
        assert_eq!(tokens.verify(&nested), None);
    }

    #[test]
    fn without_a_signature_it_is_nothing() {
        let tokens = tokens();
        let token = issue(&tokens);
        let (signed, _) = token.rsplit_once('.').unwrap();
        assert_eq!(tokens.verify(&format!("{signed}.")), None);
        assert_eq!(tokens.verify(signed), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_no_token(text in "\\PC{0,200}", head in "[A-Za-z0-9_-]{0,60}", rest in "[A-Za-z0-9_.-]{0,120}") {
            let (tokens, joined) = (tokens(), format!("{head}.{rest}"));
            prop_assert_eq!(tokens.verify(&text), None);
            prop_assert_eq!(tokens.verify(&joined), None);
        }

        #[test]
        fn nothing_near_a_token_is_one(at in any::<prop::sample::Index>(), by in 1..=127_u8, cut in 1..40_usize) {
            let tokens = tokens();
            let token = issue(&tokens);
            let mut changed = token.clone().into_bytes();
            let place = at.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(tokens.verify(&changed), None);
            }
            prop_assert_eq!(tokens.verify(&token[..token.len() - cut]), None);
            let longer = format!("{token}{}", &token[..cut]);
            prop_assert_eq!(tokens.verify(&longer), None);
        }
    }
}
