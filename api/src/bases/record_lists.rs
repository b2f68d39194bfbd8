//! The table that a path names, and pages of its records.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::bases::BaseKey;
use domain::bases::ids::TableId;
use domain::bases::table::list::Query;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::found::{FoundBase, Freshness};
use super::record_refusals::unread;
use super::records::{self, Form, Listed, Offset, Place};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, Path, PositionToken, Problem};

/// Records of a page.
pub type RecordLimit = Limit<100>;

/// A record, as Airtable's API tells of it: `id`, `createdTime`, and `fields` with what is in its cells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object, example = json!({ "id": "rec0a1B2c3D4e5F6g", "createdTime": "2024-01-31T08:00:00.000Z", "fields": { "Name": "Acme" } }))]
pub struct RecordShown(pub Box<RawValue>);

/// Where the next page begins, as the service says it.
#[derive(Debug, Serialize, Deserialize)]
pub struct After(String);

impl ListKey for After {
    const LIST: &'static str = "records";
}

/// An extractor for handlers.
pub struct FoundTable {
    pub base: FoundBase,
    pub id: TableId,
}

#[derive(Deserialize)]
struct Segments {
    base: BaseKey,
    table: TableId,
}

impl FromRequestParts<Api> for FoundTable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(Segments { base, table }) = Path::from_request_parts(parts, api).await?;
        let lately = FoundBase::find(api, principal.clone(), base.clone(), Freshness::Lately).await?;
        match lately.table(table).map(|table| table.id) {
            Ok(id) => Ok(Self { base: lately, id }),
            // It may have been made by another process a moment ago.
            Err(_) => {
                let base = FoundBase::find(api, principal, base, Freshness::Now).await?;
                let id = base.table(table)?.id;
                Ok(Self { base, id })
            }
        }
    }
}

impl FoundTable {
    pub fn place(&self) -> Place<'_> {
        self.base.place()
    }

    /// Waits for what the caller asks for, and for the table itself.
    pub async fn caught_up(&self, api: &Api, wanted: Option<PositionToken>) -> Result<(), Problem> {
        api.caught_up(records::READ_MODEL, wanted).await?;
        records::know_schema(api, self.place(), self.base.now.version).await.map_err(unread)
    }

    pub async fn page(
        &self,
        api: &Api,
        query: &Query,
        cursor: Option<&Cursor<After>>,
        form: &Form,
    ) -> Result<Answer<Page<RecordShown>>, Problem> {
        let offset = cursor.map(|cursor| cursor.after.0.as_str());
        let listed = records::list(api, self.place(), self.id.as_str(), query, offset, form).await;
        page(listed.map_err(unread)?)
    }
}

fn page(listed: Listed) -> Result<Answer<Page<RecordShown>>, Problem> {
    let after = listed.offset.as_ref().map(|offset: &Offset| Cursor::write(&After(offset.to_string())));
    let next_cursor = after.transpose().map_err(|_| Problem::internal())?;
    let data = listed.records.into_iter().map(RecordShown).collect();
    Ok(Answer::new(Page { data, next_cursor }))
}
