//! What the log is told of somebody who is erased: that they left, that their names are free, that nothing is known any
//! more.

use domain::identity::invitation::InvitationCommand;
use domain::identity::user::UserCommand;
use domain::identity::{Invitation, InvitationId, PLATFORM_TENANT, TenantId, User, UserId};
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Plan, Request};

use super::{By, EraseFailed, Erased, Erasing, Person};
use crate::identity::members;
use crate::identity::reserved::{EMAIL, EMAIL_PENDING, INVITATION_SLOT, INVITED_EMAIL, USERNAME};

/// Kinds of names that a person or an invitation takes.
const KINDS: [&str; 5] = [EMAIL, EMAIL_PENDING, USERNAME, INVITATION_SLOT, INVITED_EMAIL];

impl Erasing {
    pub(super) async fn leave(
        &self,
        person: &Person,
        by: By<'_>,
        erased: &mut Erased,
    ) -> Result<(), EraseFailed> {
        for (tenant, invitation) in &person.invitations {
            erased.invitations += u64::from(self.revoke(tenant, invitation, by).await?);
        }
        if !person.is_person {
            return Ok(());
        }
        let (platform, user) = (TenantId::new(PLATFORM_TENANT)?, UserId::new(person.subject.as_str())?);
        let stream = StreamId::new(user.as_str())?;
        let found = self.executor.state::<User>(&platform, stream.clone()).await?;
        for tenant in found.state.details().iter().flat_map(|details| &details.tenants) {
            match self.leave_tenant(tenant, &user, by).await? {
                true => erased.tenants_left += 1,
                false => erased.still_owner_of.push(tenant.clone()),
            }
        }
        let plan = Plan::new().decide::<User>(&platform, stream, UserCommand::Erase);
        let (plan, names) = self.without_names(plan, user.as_str()).await?;
        self.execute(&platform, plan, by).await?;
        erased.names += names;
        Ok(())
    }

    /// False when it is not open any more.
    async fn revoke(&self, tenant: &TenantId, id: &InvitationId, by: By<'_>) -> Result<bool, EraseFailed> {
        let stream = StreamId::new(id.as_str())?;
        let found = self.executor.state::<Invitation>(tenant, stream.clone()).await?;
        if found.state.open().is_none() {
            return Ok(false);
        }
        let plan = Plan::new().decide::<Invitation>(tenant, stream, InvitationCommand::Revoke);
        let (plan, _) = self.without_names(plan, id.as_str()).await?;
        self.execute(tenant, plan, by).await?;
        Ok(true)
    }

    /// False for the last owner, who stays.
    async fn leave_tenant(&self, tenant: &TenantId, user: &UserId, by: By<'_>) -> Result<bool, EraseFailed> {
        match self.execute(tenant, members::remove(tenant, user)?, by).await {
            Err(CommandError::Refused(refused)) if refused.code == "last_owner" => Ok(false),
            outcome => Ok(outcome.map(|()| true)?),
        }
    }

    /// The plan, and beside it that all names of an owner are free.
    async fn without_names(&self, plan: Plan, owner: &str) -> Result<(Plan, u64), EraseFailed> {
        let (mut plan, mut released) = (plan, 0);
        for name in self.kept.names_of(owner).await? {
            let Some(kind) = KINDS.into_iter().find(|kind| *kind == name.kind) else { continue };
            plan = plan.release(kind, name.key, owner);
            released += 1;
        }
        Ok((plan, released))
    }

    async fn execute(&self, tenant: &TenantId, plan: Plan, by: By<'_>) -> Result<(), CommandError> {
        let request = Request::new(tenant.clone(), by.actor);
        let request = Request { correlation_id: Some(by.correlation), ..request };
        self.executor.execute(&request, plan).await.map(|_| ())
    }
}
