//! Sign-ins that failed. Each is counted; the log is told only when there are ten times as many as it was told of before, so
//! that nobody makes it grow by failing. Under a name that is nobody's it is told of nothing.

use domain::identity::user::UserCommand;
use domain::identity::{User, UserId};
use eventstore::chain_of;
use eventstore::execute::{Plan, Request};

use super::kept::Failing;
use super::{ids, user_state};
use crate::Api;
use crate::http::{Call, Problem};

/// Nobody has shown who they are.
const ACTOR: &str = "stranger";

/// Counts one, after the answer: whether there is somebody of this name must not be seen from how long it takes.
pub fn count(api: &Api, call: &Call, name: &str, user: Option<UserId>) -> Result<(), Problem> {
    let request = call.unkeyed(&user_state::platform()?).by(ACTOR);
    let key = api.executor.look_up_key(&format!("failed sign-ins {name}"));
    let api = api.clone();
    tokio::spawn(async move {
        if let Err(error) = counted(&api, &request, &key, user).await {
            tracing::warn!(error, "a failed sign-in is not counted");
        }
    });
    Ok(())
}

async fn counted(api: &Api, request: &Request, key: &str, user: Option<UserId>) -> Result<(), String> {
    let counting = api.identity.kept.count_failures(Failing::SignIn, key, 1).await;
    let many = counting.map_err(|error| chain_of(&error))?;
    let (Some(failures), Some(user)) = (many, user) else { return Ok(()) };
    let command = UserCommand::CountFailedSignIns { failures };
    let stream = ids::stream(&user).map_err(|_| "a person has no id".to_owned())?;
    let plan = Plan::new().decide::<User>(&request.tenant, stream, command);
    api.executor.execute(request, plan).await.map(|_| ()).map_err(|error| chain_of(&error))
}
