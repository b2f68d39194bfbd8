//! What every act of an operator asks for, and how it is written down before anything is touched.

use std::borrow::Cow;

use domain::operations::OperationId;
use domain::operations::operation::{Act, REASON_BYTES_MAX};
use eventstore::chain_of;
use eventstore::operations::Operations;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// Why something is done, for those who read the log later.
pub struct Reason(String);

impl Reason {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_text(self) -> String {
        self.0
    }
}

/// A body that says nothing but why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub reason: Reason,
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match (1..=REASON_BYTES_MAX).contains(&text.trim().len()) {
            true => Ok(Self(text.into_owned())),
            false => Err(serde::de::Error::custom("must have 1 to 1000 bytes that say why")),
        }
    }
}

/// Writes down that an act is under way; a job that cannot do so does nothing.
pub async fn begun(
    operations: &Operations,
    operation: &OperationId,
    act: Act,
    target: &str,
    reason: &Reason,
) -> Result<(), String> {
    match operations.begin(operation, act, target, reason.as_str()).await {
        Ok(_) => Ok(()),
        Err(failed) => {
            tracing::warn!(error = chain_of(&failed), "an act of an operator could not be written down");
            Err(chain_of(&failed))
        }
    }
}
