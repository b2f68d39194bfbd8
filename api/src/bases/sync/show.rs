//! `GET /v1/bases/{base}/sync`. From the log, so that nothing lags behind.

use std::collections::BTreeMap;

use axum::extract::State;
use domain::bases::BaseSync;
use domain::bases::base_sync::{Details, Omission, Sweep};
use domain::bases::ids::{BaseId, RecordId, TableId, WebhookId};
use domain::bases::schema;
use eventstore::read::StateAt;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::bases::found::FoundBase;
use crate::http::{Answer, Problem};
use crate::identity::ids;

/// How a base stands to the one in Airtable that it follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncShown {
    /// `importing` until every table was read once, then `live`; `paused`, or `failed` where it stopped itself.
    #[schema(example = "live")]
    status: &'static str,
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    airtable_id: BaseId,
    /// When all of it was read last.
    #[schema(value_type = Option<String>, format = DateTime)]
    swept_at: Option<Timestamp>,
    /// When it was last heard that something happened.
    #[schema(value_type = Option<String>, format = DateTime)]
    heard_at: Option<Timestamp>,
    /// Nothing where Airtable does not let the token have one: then all is read again now and then.
    hook: Option<HookShown>,
    /// What is in the way.
    trouble: Option<TroubleShown>,
    /// Records that are not as they are in Airtable, because nothing here can keep what they hold there; a hundred at most.
    left_out: Vec<LeftOutShown>,
    /// How far each table was read in the round under way, or in the last one.
    tables: Vec<TableSyncShown>,
    /// Counts what happened to it; the `ETag` carries the same number.
    version: i64,
}

/// What Airtable tells through.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookShown {
    #[schema(value_type = String)]
    id: WebhookId,
    /// The number of what was not heard yet.
    cursor: u64,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// It said that there is something, which was not heard yet.
    pinged: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TroubleShown {
    /// `wait`, `quota_spent`, `unauthorized`, `unavailable`, `connection_revoked` and others.
    code: String,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutShown {
    #[schema(value_type = String)]
    table: TableId,
    #[schema(value_type = String)]
    record: RecordId,
    /// `record_too_large`, `value_nested_too_deep` or `null_character`.
    code: String,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TableSyncShown {
    #[schema(value_type = String)]
    id: TableId,
    name: Option<String>,
    records: u64,
    done: bool,
}

impl SyncShown {
    pub fn of(found: &StateAt<BaseSync>, schema: &schema::Base) -> Result<Self, Problem> {
        let details = found.state.details().ok_or_else(Problem::not_found)?;
        Ok(Self {
            status: details.status().as_str(),
            airtable_id: details.airtable_id,
            swept_at: details.swept_at,
            heard_at: details.drained_at,
            hook: hook(details),
            trouble: details
                .trouble
                .as_ref()
                .map(|trouble| TroubleShown { code: trouble.code.clone(), since: trouble.since }),
            left_out: left_out(details),
            tables: details.sweep.as_ref().map(|sweep| tables(sweep, schema)).unwrap_or_default(),
            version: found.version,
        })
    }
}

fn hook(details: &Details) -> Option<HookShown> {
    let hook = details.hook.as_ref()?;
    let (id, cursor, expires_at) = (hook.id, hook.cursor, hook.expires_at);
    Some(HookShown { id, cursor, expires_at, pinged: details.pinged })
}

fn left_out(details: &Details) -> Vec<LeftOutShown> {
    let shown = |(record, Omission { table, trouble }): (&RecordId, &Omission)| LeftOutShown {
        table: *table,
        record: *record,
        code: trouble.code.clone(),
        since: trouble.since,
    };
    details.left_out.iter().map(shown).collect()
}

fn tables(sweep: &Sweep, schema: &schema::Base) -> Vec<TableSyncShown> {
    let names: BTreeMap<_, _> = schema.tables.iter().map(|table| (table.id, &table.name)).collect();
    let shown = |(id, swept): (&TableId, &domain::bases::base_sync::Swept)| TableSyncShown {
        id: *id,
        name: names.get(id).map(|name| (*name).clone()),
        records: swept.records,
        done: swept.done,
    };
    sweep.tables.iter().map(shown).collect()
}

/// Show how a base follows Airtable
#[utoipa::path(
    get, path = "/v1/bases/{base}/sync", tag = "airtable",
    params(("base" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "How it stands", body = SyncShown),
        (status = 404, description = "There is no such base, or it follows none", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(api): State<Api>, found: FoundBase) -> Result<Answer<SyncShown>, Problem> {
    let schema = found.schema()?;
    let sync = api.executor.state::<BaseSync>(&found.tenant, ids::stream(&found.id)?).await?;
    Ok(Answer::new(SyncShown::of(&sync, schema)?).etag(sync.version))
}
