//! `GET|PUT /auth/profile`: what a person is called. Replaced as a whole; the user name is unique everywhere.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::user::UserCommand;
use domain::identity::{User, name, username};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{CommandError, Plan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::UserShown;
use super::ids;
use super::reserved::USERNAME;
use super::user_state::{self, Known};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Call, FieldError, IfMatch, Json, Problem};

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
    put, path = "/auth/profile", tag = "identity", request_body = Profile,
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
    let known = api.user(&principal.user).await?.ok_or_else(Problem::not_found)?;
    let expected = expected.map_or(Ok(None), |expected| expected.version(known.version))?;
    let platform = user_state::platform()?;
    let request = call.request(&api.executor, &platform, principal.user.as_str(), &body)?;
    let plan = plan(&api, &known, expected.unwrap_or(known.version), body)?;
    let receipt = match api.executor.execute(&request, plan).await {
        Err(CommandError::Taken) => {
            return Err(Problem::conflict("username_taken", "Somebody has this user name."));
        }
        outcome => outcome.map_err(|error| call.problem(error))?,
    };
    let known = api.user(&principal.user).await?.ok_or_else(Problem::internal)?;
    let answer = call.answer(&receipt, StatusCode::OK).etag(known.version);
    Ok(answer.json(&UserShown::from(known)))
}

fn plan(api: &Api, known: &Known, version: i64, body: Profile) -> Result<Plan, Problem> {
    let owner = known.id.as_str();
    let subject: SubjectId = ids::checked(owner)?;
    let form = |text: &str, form: fn(&str) -> Option<String>| form(text).unwrap_or_else(|| text.to_owned());
    let username = body.username.map(|text| form(&text, username::normalized));
    let name = body.name.map(|text| form(&text, name::checked));
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
