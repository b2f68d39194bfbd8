//! `POST /auth/password/forgotten`: a mail that lets its reader choose another password. Whether there is anybody is not
//! told: not by the answer, and not by the time it takes.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::user::UserCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::Api;
use crate::http::{AnswerHead, Call, Json, Problem};
use crate::identity::ids;
use crate::identity::login::{look_up, until_the_next_tick};
use crate::identity::reserved::Identifier;
use crate::identity::user_state::{self, Known};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// An e-mail address or a user name.
    #[schema(example = "ana@example.org")]
    identifier: String,
}

/// Ask for another password
///
/// A mail comes if there is somebody of this name; the answer is the same if not.
#[utoipa::path(
    post, path = "/auth/password/forgotten", tag = "identity", request_body = Forgotten,
    responses((status = 202, description = "A mail comes, if there is anybody"))
)]
pub async fn ask(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Forgotten>,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let identifier = Identifier::of(&body.identifier);
    if let Some(identifier) = &identifier {
        api.limits.take_mail_to(identifier.text()).await?;
    }
    let known = look_up(&api, identifier.as_ref()).await?;
    if let Some(known) = known.filter(|known| known.details.email_verified && !known.details.suspended) {
        request(&api, &call, &known).await?;
    }
    until_the_next_tick(begun).await;
    Ok(AnswerHead::new(StatusCode::ACCEPTED).into_response())
}

async fn request(api: &Api, call: &Call, known: &Known) -> Result<(), Problem> {
    let platform = user_state::platform()?;
    let reset = UserCommand::RequestPasswordReset { proof: ids::new_proof()? };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, reset);
    let request = call.unkeyed(&platform).by(known.id.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(())
}
