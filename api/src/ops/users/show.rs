//! `GET /v1/ops/users/{user}`.

use axum::extract::State;
use domain::identity::UserId;

use super::UserTold;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// A person
#[utoipa::path(
    get, path = "/v1/ops/users/{user}", tag = "operations",
    params(("user" = String, Path, description = "Their id")),
    responses((status = 200, description = "As they are now", body = UserTold))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(user): Path<UserId>,
) -> Result<Answer<UserTold>, Problem> {
    Ok(Answer::new(UserTold::now(&api, &user).await?))
}
