//! `GET /v1/bases/{base}`. As the next command would find it: nothing lags behind.

use super::found::FoundBase;
use super::shown::BaseShown;
use crate::http::{Answer, Problem};

/// Show a base
#[utoipa::path(
    get, path = "/v1/bases/{base}", tag = "bases",
    params(("base" = String, Path, description = "Its id")),
    responses((status = 200, description = "The base", body = BaseShown))
)]
pub async fn show(found: FoundBase) -> Result<Answer<BaseShown>, Problem> {
    Ok(Answer::new(found.shown(&found.now)?).etag(found.now.version))
}
