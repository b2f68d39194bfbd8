//! `GET /v1/members/{user}`. As the next command would find it: nothing lags behind.

use axum::extract::State;
use domain::identity::UserId;

use super::found::shown;
use super::shown::MemberShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Path, Problem};

/// Show a member
#[utoipa::path(
    get, path = "/v1/members/{user}", tag = "members",
    params(("user" = String, Path, description = "Their id")),
    responses((status = 200, description = "The member", body = MemberShown))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
    Path(user): Path<UserId>,
) -> Result<Answer<MemberShown>, Problem> {
    let member = shown(&api.membership(&principal.tenant, &user).await?)?;
    let version = member.version;
    Ok(Answer::new(member).etag(version))
}
