//! `GET /v1/bases/{base}/sync`. From the log, so that nothing lags behind; when Airtable was asked last stands beside it.

use axum::extract::State;
use domain::bases::BaseSync;
use domain::bases::base_sync::{Details, Omission};
use domain::bases::ids::{BaseId, RecordId, TableId, WebhookId};
use domain::bases::ports::Fault;
use domain::bases::schema;
use eventstore::airtable_contacts::Contact;
use eventstore::read::StateAt;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::lag;
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
    quota: QuotaShown,
    /// How far behind each table may be, and how far it was read in the round under way, or in the last one.
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

/// What following takes of the requests that Airtable allows in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotaShown {
    /// Sent for this base since the month began, in UTC. Airtable counts those of all bases of a workspace together.
    requests_this_month: u64,
    /// Airtable says that there are none left: nothing is heard until it allows more.
    is_spent: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TableSyncShown {
    #[schema(value_type = String)]
    id: TableId,
    name: String,
    /// What happened to it in Airtable before this is here. Nothing while it was not read.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// Since `as_of`.
    lag_seconds: Option<u64>,
    /// Read in that round; nothing for a table that came later.
    records: Option<u64>,
    done: bool,
}

impl SyncShown {
    pub fn of(found: &StateAt<BaseSync>, schema: &schema::Base, contact: &Contact) -> Result<Self, Problem> {
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
            quota: QuotaShown {
                requests_this_month: contact.requests,
                is_spent: details
                    .trouble
                    .as_ref()
                    .is_some_and(|trouble| trouble.code == Fault::QuotaSpent.code()),
            },
            tables: tables(details, schema, contact),
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

fn tables(details: &Details, schema: &schema::Base, contact: &Contact) -> Vec<TableSyncShown> {
    let now = Timestamp::now();
    let shown = |table: &schema::Table| {
        let swept = details.sweep.as_ref().and_then(|sweep| sweep.tables.get(&table.id));
        let as_of = lag::as_of(details, contact.asked_at, table.id);
        TableSyncShown {
            id: table.id,
            name: table.name.clone(),
            as_of,
            lag_seconds: as_of.map(|as_of| lag::seconds(as_of, now)),
            records: swept.map(|swept| swept.records),
            done: swept.map_or(details.swept_at.is_some(), |swept| swept.done),
        }
    };
    schema.tables.iter().map(shown).collect()
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
    let contact = api.airtable.contacts.of(&found.tenant, &found.id).await?;
    Ok(Answer::new(SyncShown::of(&sync, schema, &contact)?).etag(sync.version))
}
