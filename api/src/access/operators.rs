//! Who operates the platform: its administrators, by their sessions, and whoever can read the keys of a node. These sign a
//! token for an hour at most, with `airtide ops token`, and its name is what acts are recorded under.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::id::is_id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::signed::{Signed, TokenFault, Use};
use crate::http::Problem;

/// Longest time that a token is good for.
pub const LIFETIME_MAX: Duration = Duration::from_secs(60 * 60);
const OPERATIONS: Use = Use { kind: "ops+jwt", audience: "airtide-operations" };

/// Somebody who operates the platform, for as long as a token says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Of an administrator, their id.
    pub name: String,
    /// When the token ends.
    pub expires_at: Timestamp,
    pub is_administrator: bool,
}

impl Operator {
    /// As whom events name this operator.
    pub fn actor(&self) -> String {
        match self.is_administrator {
            true => self.name.clone(),
            false => format!("operator:{}", self.name),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

#[derive(Debug, thiserror::Error)]
pub enum OperatorTokenFault {
    #[error("a name has 1 to 64 letters, digits, dashes and underscores")]
    Name,
    #[error("a token is good for at least a second and at most an hour")]
    Lifetime,
    #[error(transparent)]
    Token(#[from] TokenFault),
}

/// Signs the tokens of operators, and knows them again.
pub struct OperatorTokens {
    issuer: String,
    signed: Signed,
}

impl OperatorTokens {
    pub fn new(seed: &[u8; 32], issuer: &str) -> Result<Self, TokenFault> {
        Ok(Self { issuer: issuer.to_owned(), signed: Signed::new(seed, OPERATIONS, issuer)? })
    }

    pub fn issue(&self, name: &str, lifetime: Duration) -> Result<(String, Operator), OperatorTokenFault> {
        if !is_id(name) {
            return Err(OperatorTokenFault::Name);
        }
        if lifetime < Duration::from_secs(1) || lifetime > LIFETIME_MAX {
            return Err(OperatorTokenFault::Lifetime);
        }
        let now = Timestamp::now().as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: OPERATIONS.audience.into(),
            sub: name.to_owned(),
            iat: now,
            nbf: now,
            exp: now + lifetime.as_secs() as i64,
            jti: uuid::Uuid::now_v7().to_string(),
        };
        let operator = operator(&claims).ok_or(OperatorTokenFault::Lifetime)?;
        Ok((self.signed.sign(&claims)?, operator))
    }

    /// Whose token it is, if it is one of ours and good at this moment.
    pub fn verify(&self, token: &str) -> Option<Operator> {
        operator(&self.signed.read::<Claims>(token)?)
    }
}

/// A token for longer than allowed is none, whoever signed it.
fn operator(claims: &Claims) -> Option<Operator> {
    let is_short = claims.exp - claims.iat <= LIFETIME_MAX.as_secs() as i64;
    let expires_at = Timestamp::from_second(claims.exp).ok()?;
    let (name, is_administrator) = (claims.sub.clone(), false);
    (is_short && is_id(&claims.sub)).then_some(Operator { name, expires_at, is_administrator })
}

/// What a handler of operations takes to know who asks. On any other route there is nobody, and this is refused.
impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Operator>().cloned().ok_or_else(Problem::unauthenticated)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use domain::identity::{SessionId, TenantId, UserId};

    use super::*;

    const HOUR: Duration = LIFETIME_MAX;

    fn tokens() -> OperatorTokens {
        OperatorTokens::new(&[9; 32], "https://airtide.test").unwrap()
    }

    /// Signs other claims, with the right key.
    fn forge(tokens: &OperatorTokens, change: impl FnOnce(&mut serde_json::Value)) -> String {
        let (token, _) = tokens.issue("ana", HOUR).unwrap();
        let mut claims = serde_json::to_value(tokens.signed.read::<Claims>(&token).unwrap()).unwrap();
        change(&mut claims);
        tokens.signed.sign(&claims).unwrap()
    }

    #[test]
    fn a_token_says_who_and_until_when() {
        let tokens = tokens();
        let (token, operator) = tokens.issue("ana", Duration::from_secs(60)).unwrap();
        assert_eq!(operator.actor(), "operator:ana");
        assert_eq!(tokens.verify(&token), Some(operator));
    }

    #[test]
    fn a_name_and_a_life_have_limits_whoever_signs() {
        let tokens = tokens();
        for name in ["", "ana b", "ana\n", &"a".repeat(65), "ä"] {
            assert!(matches!(tokens.issue(name, HOUR), Err(OperatorTokenFault::Name)), "{name:?}");
        }
        for lifetime in [Duration::ZERO, HOUR + Duration::from_secs(1)] {
            assert!(matches!(tokens.issue("ana", lifetime), Err(OperatorTokenFault::Lifetime)));
        }
        assert!(tokens.verify(&forge(&tokens, |_| {})).is_some());
        let longer = forge(&tokens, |claims| claims["exp"] = (claims["exp"].as_i64().unwrap() + 1).into());
        assert_eq!(tokens.verify(&longer), None);
        assert_eq!(tokens.verify(&forge(&tokens, |claims| claims["sub"] = "a b".into())), None);
        assert_eq!(tokens.verify(&forge(&tokens, |claims| claims["aud"] = "airtide".into())), None);
    }

    /// Even under one key, neither kind of token passes for the other.
    #[test]
    fn a_token_of_a_session_is_none_of_an_operator_and_the_other_way_round() {
        let sessions = crate::identity::tokens::Tokens::new(&[9; 32], "https://airtide.test").unwrap();
        let (user, tenant) = (UserId::new("usr_ana").unwrap(), TenantId::new("acme").unwrap());
        let session = SessionId::new("ses_1").unwrap();
        let session =
            sessions.issue(crate::identity::tokens::Bearer { user, tenant, session, with_code: true });
        assert_eq!(tokens().verify(&session.unwrap().token), None);
        let (token, _) = tokens().issue("ana", HOUR).unwrap();
        assert_eq!(sessions.verify(&token), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_no_token_of_an_operator(
            text in "\\PC{0,200}", at in any::<prop::sample::Index>(), by in 1..=127_u8
        ) {
            let tokens = tokens();
            prop_assert_eq!(tokens.verify(&text), None);
            let (token, _) = tokens.issue("ana", HOUR).unwrap();
            let mut changed = token.into_bytes();
            let place = at.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(tokens.verify(&changed), None);
            }
        }
    }
}
