//! The address of a person: proven before it counts, changed only when the new one is proven, and taken back from the old.

pub mod change;
pub mod confirm;
pub mod discard;
pub mod link;
pub mod revert;
mod rivals;
pub mod verification;
pub mod verify;

use domain::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// From the mail.
    #[schema(value_type = String)]
    pub token: Secret<String>,
}
