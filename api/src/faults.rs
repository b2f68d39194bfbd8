//! Faults that are nobody's refusal: what they mean to a caller. Each is logged here, once.

use eventstore::chain_of;
use eventstore::keyring::KeyringFault;
use eventstore::second_factors::FactorFault;
use eventstore::webhook_secrets::SecretFault;

use crate::access::TokenFault;
use crate::http::Problem;
use crate::identity::Busy;

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::warn!(error = chain_of(&error), "the database could not answer");
        let problem = Problem::unavailable();
        // An answer that is none of what was asked for came from a database that is there.
        if matches!(error, sqlx::Error::Database(_)) { problem } else { problem.out_of_reach() }
    }
}

impl From<SecretFault> for Problem {
    fn from(fault: SecretFault) -> Self {
        match fault {
            SecretFault::Database(error) | SecretFault::Keyring(KeyringFault::Database(error)) => {
                error.into()
            }
            fault => {
                tracing::error!(error = chain_of(&fault), "a secret of a webhook could not be kept or read");
                Problem::internal()
            }
        }
    }
}

impl From<FactorFault> for Problem {
    fn from(fault: FactorFault) -> Self {
        match fault {
            FactorFault::Database(error) => error.into(),
            fault => {
                tracing::error!(error = chain_of(&fault), "a second factor could not be kept or read");
                Problem::internal()
            }
        }
    }
}

impl From<TokenFault> for Problem {
    fn from(fault: TokenFault) -> Self {
        tracing::error!(error = chain_of(&fault), "a token could not be signed");
        Problem::internal()
    }
}

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        Problem::unavailable_because(
            "busy",
            "Too many people are signing in at this moment. Please try again.",
        )
    }
}
