//! Connecting a base of Airtable for somebody who did not ask: a development instance gives each newcomer one to look at. The same
//! connection and the same base as those that a person makes, in one unit.

use domain::bases::connection::{Access, LETTERS, TokenKind};
use domain::bases::ids::BaseId;
use domain::bases::ports::{self, Airtable, Fault, Person};
use domain::bases::{AirtableSecretId, BaseKey, ConnectionId};
use domain::id::{Id, NotAnId};
use domain::identity::{TenantId, UserId, WorkspaceId};
use domain::secret::Secret;
use eventstore::airtable_secrets::{AirtableSecretFault, AirtableSecrets, Owner};
use eventstore::execute::{CommandError, Executor, Plan, Request};
use uuid::Uuid;

use super::airtable::PATIENCE;
use super::connect::{self, Followed};
use super::connections;
use crate::identity::ids::{AIRTABLE_SECRET, BASE};

/// Who offers.
pub struct Offer<'a> {
    pub executor: &'a Executor,
    pub secrets: &'a AirtableSecrets,
    pub airtable: &'a dyn Airtable,
    pub actor: &'a str,
}

/// To whom: the connection is the owner's.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub tenant: TenantId,
    pub workspace: WorkspaceId,
    pub owner: UserId,
}

/// What is offered.
pub struct Offered {
    pub airtable_id: BaseId,
    pub name: String,
    pub token: Secret<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum OfferFailed {
    #[error("Airtable cannot be asked")]
    Airtable(#[from] Fault),
    #[error(transparent)]
    Secret(#[from] AirtableSecretFault),
    #[error("a secret cannot be marked")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error(transparent)]
    Id(#[from] NotAnId),
}

impl Offer<'_> {
    /// Where the log stood afterwards. The base's records come in from then on.
    pub async fn connect(&self, to: &Receiver, offered: Offered) -> Result<(BaseKey, i64), OfferFailed> {
        let Offered { airtable_id, name, token } = offered;
        let connection: ConnectionId = new(LETTERS)?;
        let access = ports::Access {
            token: token.clone(),
            counted_for: connection.to_string(),
            patience: PATIENCE,
            sent: ports::Sent::default(),
        };
        let connected = self.airtable.connect(access);
        let Person { id: account, scopes, .. } = connected.whoami().await?;
        let tables = connected.tables(airtable_id).await?;

        let secret: AirtableSecretId = new(AIRTABLE_SECRET)?;
        let owner = Owner { tenant: &to.tenant, owner: connection.as_str() };
        self.secrets.keep(owner, &secret, &token).await?;
        let access = Access {
            owner: to.owner.clone(),
            kind: TokenKind::Personal,
            account,
            scopes,
            secret: secret.clone(),
        };
        let base: BaseKey = new(BASE)?;
        let plan = connections::made(Plan::new(), &to.tenant, &connection, access)?;
        let followed = Followed { airtable_id, connection: connection.clone(), name, tables };
        let plan = connect::following(plan, &to.tenant, &base, followed)?;
        let request = Request::new(to.tenant.clone(), self.actor).in_workspace(to.workspace.clone());
        let receipt = self.executor.execute(&request, plan).await?;
        self.secrets.mark_named(owner, &secret).await?;
        Ok((base, receipt.position))
    }
}

fn new<Kind>(prefix: &str) -> Result<Id<Kind>, NotAnId> {
    Id::new(format!("{prefix}_{}", Uuid::now_v7().simple()))
}
