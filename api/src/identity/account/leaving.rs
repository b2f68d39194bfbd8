//! What a person leaves behind in their tenants: a membership in each, and the tenants that are theirs alone. Nobody leaves
//! a tenant without an owner that others work in.

use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::{Membership, Tenant, TenantId, UserId, service_account};
use eventstore::execute::Plan;
use projections::identity::members::{self, Members};
use projections::runtime::ReadModel;

use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::user_state::Known;

/// What becomes of a tenant.
enum Left {
    /// Others own it, or it is closed already.
    ToOthers { was_owner: bool },
    /// Nobody else is in it.
    Closed { version: i64 },
    /// Others are in it, and none of them owns it.
    Ownerless,
}

/// The part of a plan by which a person leaves all of their tenants.
pub async fn plan(api: &Api, mut plan: Plan, known: &Known) -> Result<Plan, Problem> {
    let mut ownerless = Vec::new();
    for tenant in &known.details.tenants {
        let left = left(api, tenant, &known.id).await?;
        let stream = ids::stream(tenant)?;
        plan = plan.decide::<Membership>(tenant, ids::stream(&known.id)?, MembershipCommand::Remove);
        plan = match left {
            Left::ToOthers { was_owner: false } => plan,
            Left::ToOthers { was_owner: true } => {
                let remove = TenantCommand::RemoveOwner { owner: known.id.clone() };
                plan.decide::<Tenant>(tenant, stream, remove)
            }
            // A change of its owners meanwhile would be another reason to go, or to stay.
            Left::Closed { version } => {
                plan.decide_at::<Tenant>(tenant, stream, version, TenantCommand::Close)
            }
            Left::Ownerless => {
                ownerless.push(tenant.as_str());
                plan
            }
        };
    }
    if ownerless.is_empty() { Ok(plan) } else { Err(last_owner(&ownerless)) }
}

async fn left(api: &Api, tenant: &TenantId, user: &UserId) -> Result<Left, Problem> {
    let found = api.tenant(tenant).await?;
    match found.state.owners() {
        _ if found.state.is_closed() => Ok(Left::ToOthers { was_owner: false }),
        [only] if only == user => match is_alone(api, tenant, user).await? {
            true => Ok(Left::Closed { version: found.version }),
            false => Ok(Left::Ownerless),
        },
        owners => Ok(Left::ToOthers { was_owner: owners.contains(user) }),
    }
}

/// Whether nobody else is in a tenant, as of now. Accounts of services are nobody.
async fn is_alone(api: &Api, tenant: &TenantId, user: &UserId) -> Result<bool, Problem> {
    api.caught_up_now(Members::NAME).await?;
    let begin: UserId = ids::checked(ids::USER)?;
    let mut queries = api.queries.begin(tenant).await?;
    let people = members::list(&mut queries, Some(&begin), 2).await?;
    Ok(people.iter().all(|row| row.user == *user || service_account::is_one(&row.user)))
}

fn last_owner(tenants: &[&str]) -> Problem {
    let detail = format!(
        "Others work in tenants that nobody but you owns: {}. Hand each over, remove the others, or close it first.",
        tenants.join(", ")
    );
    Problem::conflict("last_owner", detail)
}
