//! `GET|PUT /auth/profile`: what a person is called. Replaced as a whole; the user name is unique everywhere.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::user::UserCommand;
use domain::identity::{User, name, username};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{CommandError, Plan, Receipt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::UserShown;
use super::ids;
use super::pointers::pointed;
use super::reserved::USERNAME;
use super::user_state::{self, Known};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Call, FieldError, IfMatch, Json, Problem};

/// Times a change is planned anew because somebody else was quicker.
const ATTEMPTS_MAX: usize = 8;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[schema(example = "ana")]
    username: Option<String>,
    #[schema(example = "Ana Ivanova", max_length = 120)]
    name: Option<String>,
}

/// Your profile
#[utoipa::path(get, path = "/auth/profile", tag = "identity", responses((status = 200, description = "You", body = UserShown)))]
pub async fn show(State(api): State<Api>, principal: Principal) -> Result<Answer<UserShown>, Problem> {
    let known = api.user(&principal.user).await?.ok_or_else(Problem::not_found)?;
    let version = known.version;
    Ok(Answer::new(UserShown::from(known)).etag(version))
}

/// Change your profile
///
/// What is left out is removed. With `If-Match` only if nobody changed it meanwhile.
#[utoipa::path(
    put, path = "/auth/profile", tag = "identity", request_body = Profile, params(IfMatch),
    responses(
        (status = 200, description = "You, changed", body = UserShown),
        (status = 409, description = "`username_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`changed_meanwhile`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    expected: Option<IfMatch>,
    Json(body): Json<Profile>,
) -> Result<Response, Problem> {
    let platform = user_state::platform()?;
    let request = call.request(&api.executor, &platform, principal.user.as_str(), &body)?;
    for _ in 0..ATTEMPTS_MAX {
        let known = api.user(&principal.user).await?.ok_or_else(Problem::not_found)?;
        let meant = expected.as_ref().and_then(|expected| expected.version(known.version));
        let plan = plan(&api, &known, meant.unwrap_or(known.version), &body)?;
        match api.executor.execute(&request, plan).await {
            // Somebody was quicker, and the caller did not say that it mattered.
            Err(CommandError::VersionMismatch { .. }) if meant.is_none() => {}
            Err(CommandError::Taken) => return Err(call.explain(username_taken())),
            outcome => {
                let receipt = outcome.map_err(|error| pointed(call.problem(error)))?;
                return changed(&api, &call, &principal, &receipt).await;
            }
        }
    }
    Err(call.problem(CommandError::Contended))
}

fn username_taken() -> Problem {
    Problem::conflict("username_taken", "Somebody has this user name.")
}

/// The person as they were after the command.
async fn changed(
    api: &Api,
    call: &Call,
    principal: &Principal,
    receipt: &Receipt,
) -> Result<Response, Problem> {
    let known = api.user_at(&principal.user, receipt.version()).await?.ok_or_else(Problem::internal)?;
    Ok(call.answer(receipt, StatusCode::OK).json(&UserShown::from(known)))
}

fn plan(api: &Api, known: &Known, version: i64, body: &Profile) -> Result<Plan, Problem> {
    let owner = known.id.as_str();
    let subject: SubjectId = ids::checked(owner)?;
    let form = |text: &str, form: fn(&str) -> Option<String>| form(text).unwrap_or_else(|| text.to_owned());
    let username = body.username.as_deref().map(|text| form(text, username::normalized));
    let name = body.name.as_deref().map(|text| form(text, name::checked));
    let personal = |text: String| Personal::new(subject.clone(), text);
    let before = known.details.username.as_ref().and_then(|text| text.get());
    let change =
        UserCommand::ChangeProfile { username: username.clone().map(personal), name: name.map(personal) };
    let platform = user_state::platform()?;
    // Names are taken and given up for the version that was read, so the two cannot come apart.
    let mut plan = Plan::new().decide_at::<User>(&platform, ids::stream(&known.id)?, version, change);
    if before != username.as_ref() {
        if let Some(username) = &username {
            let taken = username::normalized(username).ok_or_else(bad_username)?;
            plan = plan.take(USERNAME, api.executor.look_up_key(&taken), owner);
        }
        if let Some(before) = before {
            plan = plan.release(USERNAME, api.executor.look_up_key(before), owner);
        }
    }
    Ok(plan)
}

fn bad_username() -> Problem {
    let detail =
        "A user name has 3 to 32 characters of a-z, 0-9 and . _ - inside, and is none kept for the system.";
    Problem::invalid(vec![FieldError::new("/username", "bad_username", detail)])
}
