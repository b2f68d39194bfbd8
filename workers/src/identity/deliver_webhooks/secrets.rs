//! What a delivery is signed with.

use domain::identity::webhook::Endpoint;
use domain::secret::Secret;
use eventstore::webhook_secrets::{Owner, SecretFault, WebhookSecrets};
use jiff::Timestamp;

/// The secrets of a webhook that sign at a time, the present one first. A secret before it that is gone already is no
/// hindrance: receivers have the present one.
pub async fn signing(
    secrets: &WebhookSecrets,
    owner: Owner<'_>,
    endpoint: &Endpoint,
    time: Timestamp,
) -> Result<Vec<Secret<Vec<u8>>>, SecretFault> {
    let ids = endpoint.secrets_at(time);
    match secrets.read(owner, &ids).await {
        Err(SecretFault::Missing(missing)) if missing != endpoint.secret => {
            secrets.read(owner, &ids[..1]).await
        }
        read => read,
    }
}
