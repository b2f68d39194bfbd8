//! `GET /v1/service-accounts/{account}`.

use super::found::FoundAccount;
use super::shown::ServiceAccountShown;
use crate::http::{Answer, Problem};

/// Show a service account
#[utoipa::path(
    get, path = "/v1/service-accounts/{account}", tag = "service accounts",
    params(("account" = String, Path, description = "Its id")),
    responses((status = 200, description = "The service account", body = ServiceAccountShown))
)]
pub async fn show(found: FoundAccount) -> Result<Answer<ServiceAccountShown>, Problem> {
    Ok(Answer::new(found.shown()))
}
