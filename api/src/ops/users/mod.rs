//! `/v1/ops/users`: people of all tenants. What they are called is opened from their streams, where it lies sealed.

pub mod list;
pub mod restore;
pub mod show;
mod shown;
pub mod suspend;

pub use shown::UserTold;

use domain::identity::UserId;
use domain::identity::user::UserCommand;
use domain::identity::{Administrators, User};
use eventstore::execute::{Plan, Receipt};

use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Problem};
use crate::identity::{ids, user_state};

/// Tells somebody's stream what operators decide about them. Administrators are not kept out: they are removed first, so
/// that the platform never is without one.
async fn tell(
    api: &Api,
    call: &Call,
    operator: &Operator,
    user: &UserId,
    command: UserCommand,
) -> Result<Receipt, Problem> {
    let platform = user_state::platform()?;
    let administrators = api.administrators().await?;
    if administrators.state.has(user) {
        let detail = "They administer the platform: remove them as administrator first.";
        return Err(Problem::conflict("administrator", detail));
    }
    let plan = Plan::new().decide::<User>(&platform, ids::stream(user)?, command).unmoved::<Administrators>(
        &platform,
        user_state::administrators()?,
        administrators.version,
    );
    let request = call.unkeyed(&platform).by(operator.actor());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))
}
