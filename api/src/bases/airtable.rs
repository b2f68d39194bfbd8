//! Airtable, as handlers need it, and what its faults mean to a caller here.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use domain::bases::ConnectionId;
use domain::bases::connection::Access;
use domain::bases::ports::{self, Airtable, Connected, Fault, PingCheck};
use domain::identity::TenantId;
use domain::secret::Secret;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::{AirtableSecretFault, AirtableSecrets, Owner};
use eventstore::chain_of;
use eventstore::keyring::KeyringFault;

use crate::http::Problem;

/// Whoever waits for an answer here has seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const RETRY_AFTER_SECONDS: u64 = 5;

/// What handlers speak to Airtable with.
pub struct AirtableParts {
    pub client: Arc<dyn Airtable>,
    pub secrets: AirtableSecrets,
    pub contacts: AirtableContacts,
    pub pings: Arc<dyn PingCheck>,
}

impl AirtableParts {
    /// `counted_for`: whose limit it is, as far as that is known.
    pub fn connect(&self, token: Secret<String>, counted_for: String) -> Arc<dyn Connected> {
        let sent = ports::Sent::default();
        self.client.connect(ports::Access { token, counted_for, patience: PATIENCE, sent })
    }

    pub async fn open(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        access: &Access,
    ) -> Result<Arc<dyn Connected>, Problem> {
        let owner = Owner { tenant, owner: id.as_str() };
        let token = self.secrets.read(owner, &access.secret).await?;
        Ok(self.connect(token, access.account.to_string()))
    }
}

/// Never 401 or 403: those speak of what the caller may do here.
pub fn problem(fault: &Fault) -> Problem {
    match fault {
        Fault::Unauthorized => unprocessable("airtable_unauthorized", "Airtable refuses the token."),
        Fault::Refused(refused) => unprocessable("airtable_refused", format!("Airtable refuses: {refused}.")),
        Fault::QuotaSpent => {
            unprocessable("airtable_quota_spent", "The month's requests to Airtable are used up.")
        }
        Fault::Wait { retry_after } => unavailable(fault).retry_after(retry_after.as_secs().max(1)),
        Fault::Unavailable(_) | Fault::Ambiguous(_) | Fault::Malformed(_) => {
            unavailable(fault).retry_after(RETRY_AFTER_SECONDS)
        }
    }
}

fn unprocessable(code: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

fn unavailable(fault: &Fault) -> Problem {
    tracing::info!(error = chain_of(fault), "Airtable could not be asked");
    Problem::unavailable_because("airtable_unavailable", "Airtable cannot be asked at the moment.")
}

impl From<AirtableSecretFault> for Problem {
    fn from(fault: AirtableSecretFault) -> Self {
        match fault {
            AirtableSecretFault::Database(error)
            | AirtableSecretFault::Keyring(KeyringFault::Database(error)) => error.into(),
            fault => {
                tracing::error!(error = chain_of(&fault), "a secret for Airtable could not be kept or read");
                Problem::internal()
            }
        }
    }
}
