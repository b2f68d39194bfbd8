//! The base and the table that a path names. Whoever may not see one is told no more than whoever names none.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, TableId};
use domain::bases::schema::{self, Table};
use serde::Deserialize;

use super::attachments::AskedAt;
use crate::Api;
use crate::access::Principal;
use crate::bases::found::{FoundBase, Freshness};
use crate::bases::records;
use crate::http::{Path, Problem};

/// Words that stand where the id of a base does, in paths that lead to no base.
const NO_BASES: [&str; 2] = ["meta", "bases"];

/// An extractor for handlers; it comes before all that looks at a body.
pub struct AtBase(pub FoundBase);

impl AtBase {
    async fn find(parts: &mut Parts, api: &Api, asked: Freshness) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(Segments { base }) = Path::from_request_parts(parts, api).await?;
        if NO_BASES.contains(&base.as_str()) {
            return Err(ApiError::NotFound.into());
        }
        let id = BaseId::parse(&base).map_err(|_| ApiError::PermissionsOrModelNotFound)?;
        FoundBase::called(api, principal, id, asked).await.map(Self).map_err(hidden)
    }
}

#[derive(Deserialize)]
struct Segments {
    base: String,
}

impl FromRequestParts<Api> for AtBase {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Self::find(parts, api, Freshness::Now).await
    }
}

/// A table by its id or its name, for whoever goes on to its records.
pub struct AtTable {
    pub base: FoundBase,
    pub table: TableId,
    /// What addresses of files begin with.
    pub asked_at: AskedAt,
}

#[derive(Deserialize)]
struct TableSegment {
    table: String,
}

impl FromRequestParts<Api> for AtTable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let Path(TableSegment { table }) = Path::from_request_parts(parts, api).await?;
        let lately = AtBase::find(parts, api, Freshness::Lately).await?;
        let (at, table) = match lately.table(&table).map(|table| table.id) {
            Ok(found) => (lately, found),
            // It may have been made by another process a moment ago.
            Err(_) => {
                let now = AtBase::find(parts, api, Freshness::Now).await?;
                let found = now.table(&table)?.id;
                (now, found)
            }
        };
        let Ok(asked_at) = AskedAt::from_request_parts(parts, api).await;
        Ok(Self { base: at.0, table, asked_at })
    }
}

impl AtTable {
    pub fn place(&self) -> records::Place<'_> {
        self.base.place()
    }
}

/// What is not there and what is not theirs look the same.
pub fn hidden(problem: Problem) -> Problem {
    match problem.status() {
        axum::http::StatusCode::NOT_FOUND => ApiError::PermissionsOrModelNotFound.into(),
        _ => problem,
    }
}

impl AtBase {
    pub fn schema(&self) -> Result<&schema::Base, Problem> {
        self.0.schema().map_err(hidden)
    }

    /// By its id or its name.
    pub fn table(&self, called: &str) -> Result<&Table, Problem> {
        let table = self.schema()?.table_called(called)?;
        if self.0.opens(table.id) { Ok(table) } else { Err(ApiError::PermissionsOrModelNotFound.into()) }
    }
}
