//! How sessions end that their person does not sign out of: the rows first, so that they end even if the events cannot
//! be written at this moment, and then the events. What was not written is seen to by the sweeper.

use domain::identity::session::{EndReason, SessionCommand};
use domain::identity::{Session, SessionId, TenantId, UserId};
use eventstore::execute::{Plan, Receipt};

use crate::Api;
use crate::http::{Call, Problem};
use crate::identity::kept::Which;
use crate::identity::{ids, user_state};

/// Ends sessions of a person at once, on this node and soon on every other.
pub async fn end(
    api: &Api,
    user: &UserId,
    which: Which<'_>,
    because: EndReason,
) -> Result<Vec<SessionId>, Problem> {
    let ended = api.identity.kept.revoke_sessions(user, which, because).await?;
    ended.iter().for_each(|session| api.revocations.add(session));
    Ok(ended)
}

/// Ends sessions of a person, and nothing else; says nothing where there was none to end.
pub async fn end_alone(
    api: &Api,
    call: &Call,
    user: &UserId,
    which: Which<'_>,
    because: EndReason,
) -> Result<Option<Receipt>, Problem> {
    let ended = end(api, user, which, because).await?;
    if ended.is_empty() {
        return Ok(None);
    }
    let platform = user_state::platform()?;
    let plan = told(Plan::new(), &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    recorded(api, &ended).await;
    Ok(Some(receipt))
}

/// The events that tell of it, as a part of what else is written.
pub fn told(
    plan: Plan,
    platform: &TenantId,
    ended: &[SessionId],
    because: EndReason,
) -> Result<Plan, Problem> {
    ended.iter().try_fold(plan, |plan, session| {
        Ok(plan.decide::<Session>(platform, ids::stream(session)?, SessionCommand::Revoke { because }))
    })
}

/// Events tell of them now. Who could not note that is swept up later.
pub async fn recorded(api: &Api, ended: &[SessionId]) {
    if let Err(error) = api.identity.kept.ends_are_recorded(ended).await {
        tracing::warn!(
            error = eventstore::chain_of(&error),
            "ends of sessions are recorded a second time later"
        );
    }
}
