//! Which events the audit tells of, to whom, and what each came to.

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::session::SessionEvent;
use domain::identity::user::UserEvent;
use domain::identity::{
    ApiKey, Invitation, Membership, ServiceAccount, Session, Tenant, TenantId, User, Webhook, Workspace,
};
use domain::operations::Operation;
use domain::operations::operation::{OperationEvent, Outcome};
use eventstore::event::{Meta, Recorded};
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;

/// Security and administration; what people work on has its own history.
const AGGREGATES: &[&str] = &[
    User::TYPE,
    Session::TYPE,
    Tenant::TYPE,
    Membership::TYPE,
    Invitation::TYPE,
    ApiKey::TYPE,
    ServiceAccount::TYPE,
    Webhook::TYPE,
    Workspace::TYPE,
    Operation::TYPE,
    "log",
];
/// What happens by itself, and often.
const LEFT_OUT: &[&str] = &["webhook.delivered", "webhook.delivery_failed"];

/// The one event of members that tells of something that was not done.
const REQUESTS_REFUSED: &str = "membership.requests_refused";

const SUCCESS: &str = "success";
const FAILED: &str = "failed";

pub fn is_audited(event: &Recorded) -> bool {
    AGGREGATES.contains(&&*event.stream.aggregate) && !LEFT_OUT.contains(&event.event_type.as_str())
}

/// An event, and what the audit says of it besides.
pub struct Audited {
    pub recorded: Arc<Recorded>,
    pub meta: Meta,
    pub outcome: &'static str,
    /// Whose audit tells of it: the tenant's that it lies in, and those of the tenants that it concerns besides.
    pub tenants: Vec<TenantId>,
}

impl Audited {
    pub async fn read(sealer: &Sealer, recorded: Arc<Recorded>) -> Result<Self, ReadFault> {
        let meta = recorded.meta()?;
        let mut tenants = vec![recorded.stream.tenant.clone()];
        let mut outcome = SUCCESS;
        match &*recorded.stream.aggregate {
            Session::TYPE => tenants.extend(entered(payload::read(sealer, &recorded).await?)),
            User::TYPE => {
                if let UserEvent::SignInsFailed { tenants: theirs, .. } =
                    payload::read(sealer, &recorded).await?
                {
                    tenants.extend(theirs);
                    outcome = FAILED;
                }
            }
            Membership::TYPE if recorded.event_type == REQUESTS_REFUSED => outcome = FAILED,
            Operation::TYPE => outcome = came_to(&payload::read(sealer, &recorded).await?),
            _ => {}
        }
        Ok(Self { recorded, meta, outcome, tenants })
    }
}

fn entered(event: SessionEvent) -> Option<TenantId> {
    match event {
        SessionEvent::Started { tenant, .. } | SessionEvent::TenantChanged { tenant } => Some(tenant),
        SessionEvent::Ended {} | SessionEvent::Revoked { .. } => None,
    }
}

fn came_to(event: &OperationEvent) -> &'static str {
    match event {
        OperationEvent::Begun { .. } => "begun",
        OperationEvent::Ended { outcome: Outcome::Done, .. } => SUCCESS,
        OperationEvent::Ended { outcome: Outcome::Partial, .. } => "partial",
        OperationEvent::Ended { outcome: Outcome::Failed, .. } => FAILED,
    }
}
