//! `GET /v1/ops/administrators`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};
use crate::ops::users::UserTold;

#[derive(Serialize, ToSchema)]
pub struct AdministratorsShown {
    data: Vec<UserTold>,
}

/// Administrators of the platform
///
/// In the order of becoming so.
#[utoipa::path(
    get, path = "/v1/ops/administrators", tag = "operations",
    responses((status = 200, description = "All of them", body = AdministratorsShown))
)]
pub async fn list(State(api): State<Api>, _: Operator) -> Result<Answer<AdministratorsShown>, Problem> {
    let mut data = Vec::new();
    for user in api.administrators().await?.state.users() {
        data.push(UserTold::now(&api, user).await?);
    }
    Ok(Answer::new(AdministratorsShown { data }))
}
