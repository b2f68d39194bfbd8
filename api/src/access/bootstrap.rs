//! The token that makes a first administrator. Whoever can read the keys of a node signs it, for an hour at most, with
//! `airtide ops bootstrap`. Nothing of it is kept anywhere: it counts as long as the platform never had an administrator,
//! and so once.

use std::time::Duration;

use domain::secret::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::signed::{Signed, TokenFault, Use};

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::from_secs(60 * 60);
const BOOTSTRAP: Use = Use { kind: "bootstrap+jwt", audience: "airtide-bootstrap" };
/// Whom it makes.
const SUBJECT: &str = "first-administrator";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

pub struct BootstrapTokens {
    issuer: String,
    signed: Signed,
}

impl BootstrapTokens {
    pub fn new(seed: &[u8; 32], issuer: &str) -> Result<Self, TokenFault> {
        Ok(Self { issuer: issuer.to_owned(), signed: Signed::new(seed, BOOTSTRAP, issuer)? })
    }

    pub fn issue(&self) -> Result<String, TokenFault> {
        let now = Timestamp::now().as_second();
        self.signed.sign(&Claims {
            iss: self.issuer.clone(),
            aud: BOOTSTRAP.audience.into(),
            sub: SUBJECT.into(),
            iat: now,
            nbf: now,
            exp: now + LIFETIME.as_secs() as i64,
        })
    }

    /// Whether a token is one of ours, and good at this moment. One for longer is none, whoever signed it.
    pub fn holds(&self, token: &Secret<String>) -> bool {
        let claims = self.signed.read::<Claims>(token.reveal());
        claims.is_some_and(|claims| {
            claims.sub == SUBJECT && claims.exp - claims.iat <= LIFETIME.as_secs() as i64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::OperatorTokens;

    fn tokens(seed: u8) -> BootstrapTokens {
        BootstrapTokens::new(&[seed; 32], "https://airtide.test").unwrap()
    }

    /// Even under one key, a token of an operator is none of a first administrator, nor the other way round.
    #[test]
    fn only_what_was_signed_for_it_begins_a_platform() {
        let token = tokens(9).issue().unwrap();
        assert!(tokens(9).holds(&Secret::new(token.clone())));
        assert!(!tokens(8).holds(&Secret::new(token.clone())));
        let operators = OperatorTokens::new(&[9; 32], "https://airtide.test").unwrap();
        assert_eq!(operators.verify(&token), None);
        let (of_operator, _) = operators.issue("ana", LIFETIME).unwrap();
        assert!(!tokens(9).holds(&Secret::new(of_operator)));
    }
}
