//! `GET /v1/bases/{base}/schema`. As the next command would find it: nothing lags behind.

use super::found::FoundBase;
use super::shown::SchemaShown;
use crate::http::{Answer, Problem};

/// Show the tables of a base
#[utoipa::path(
    get, path = "/v1/bases/{base}/schema", tag = "bases",
    params(("base" = String, Path, description = "Its id")),
    responses((status = 200, description = "Its tables, with fields and views", body = SchemaShown))
)]
pub async fn show(found: FoundBase) -> Result<Answer<SchemaShown>, Problem> {
    Ok(Answer::new(SchemaShown::of(found.open_tables()?)).etag(found.now.version))
}
