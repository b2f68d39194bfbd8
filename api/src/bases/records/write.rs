//! Writing records: planned on what their rows say, parted into commands, and carried out as one unit that holds only if nothing
//! it was planned on has moved. Otherwise it is planned anew, on what has come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::bases::base::BaseCommand;
use domain::bases::cells::Collaborator;
use domain::bases::errors::ApiError;
use domain::bases::ids::{Mint, RecordId, TableId};
use domain::bases::record::{Parted, RecordCommand, Source, key, part};
use domain::bases::table::{Batch, Change, Done, Fields, Verb, whole_second};
use domain::bases::{Base, Record, RecordKey, schema};
use eventstore::execute::{CommandError, Plan, Receipt, Request};
use jiff::Timestamp;
use projections::bases::records::{Schema, Window};

use super::people::Named;
use super::retried::settled;
use super::{Place, RecordsFault, catching_up, needs, table_called};
use crate::Api;
use crate::identity::ids;

/// Plans that may be overtaken by others before a caller is told so.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(5);

/// What a caller asks for.
#[derive(Debug, Clone)]
pub enum Asked {
    Create(Vec<Fields>),
    Update {
        verb: Verb,
        rows: Vec<(String, Fields)>,
    },
    /// Rows are for the record of that id, or the one that has the same values in these fields, or a new one.
    Upsert {
        verb: Verb,
        merge_on: Vec<String>,
        rows: Vec<(Option<String>, Fields)>,
    },
    Delete(Vec<String>),
}

/// The circumstances of a write.
#[derive(Debug, Clone)]
pub struct Writing {
    /// By id or name.
    pub table: String,
    pub typecast: bool,
    pub source: Source,
    /// Who it is to Airtable's clients.
    pub by: Option<Collaborator>,
    /// Whom cells may name.
    pub people: Vec<Collaborator>,
    pub records_max: usize,
    /// The tables in which the caller may make records; every one where none is named.
    pub only: Option<BTreeSet<TableId>>,
    /// Whether to answer only once the records can be read as they were written.
    pub wait: bool,
}

/// The records stand in the order of the request.
#[derive(Debug, Clone)]
pub struct Written {
    pub table: TableId,
    pub records: Vec<RecordId>,
    pub created: Vec<RecordId>,
    pub updated: Vec<RecordId>,
    /// Nothing where nothing was to be changed.
    pub receipt: Option<Receipt>,
}

impl Asked {
    pub fn ids(&self) -> Box<dyn Iterator<Item = &str> + Send + '_> {
        match self {
            Asked::Create(_) => Box::new(std::iter::empty()),
            Asked::Update { rows, .. } => Box::new(rows.iter().map(|(id, _)| id.as_str())),
            Asked::Upsert { rows, .. } => Box::new(rows.iter().filter_map(|(id, _)| id.as_deref())),
            Asked::Delete(ids) => Box::new(ids.iter().map(String::as_str)),
        }
    }

    pub fn rows(&self) -> Box<dyn Iterator<Item = &Fields> + Send + '_> {
        match self {
            Asked::Create(rows) => Box::new(rows.iter()),
            Asked::Update { rows, .. } => Box::new(rows.iter().map(|(_, fields)| fields)),
            Asked::Upsert { rows, .. } => Box::new(rows.iter().map(|(_, fields)| fields)),
            Asked::Delete(_) => Box::new(std::iter::empty()),
        }
    }

    fn plan(&self, window: &Window<'_>, batch: Batch) -> Result<Done, ApiError> {
        let tables = &window.tables;
        match self {
            Asked::Create(rows) => tables.plan_create(batch, rows),
            Asked::Update { verb, rows } => tables.plan_update(batch, *verb, rows),
            Asked::Upsert { verb, merge_on, rows } => {
                let merge_on: Vec<&str> = merge_on.iter().map(String::as_str).collect();
                tables.plan_upsert(batch, *verb, &merge_on, rows)
            }
            Asked::Delete(ids) => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                tables.plan_delete(batch, &ids)
            }
        }
    }
}

pub async fn write(
    api: &Api,
    place: Place<'_>,
    request: &Request,
    writing: &Writing,
    asked: &Asked,
) -> Result<Written, RecordsFault> {
    let mut tries = 0;
    // The schema that is remembered may be old, and so may be the rows.
    let mut known = place.remembered(api);
    let mut is_sure = false;
    loop {
        tries += 1;
        match try_to(api, place, request, writing, asked, known.take()).await {
            Err(RecordsFault::Command(error)) if is_overtaken(&error) && tries < TRIES => {
                tokio::time::sleep(PAUSE * tries).await;
                catching_up::reaches_now(api).await?;
                is_sure = true;
            }
            Err(RecordsFault::Refused(_)) if !is_sure => {
                // Refused on what may be old.
                is_sure = true;
                catching_up::reaches_now(api).await?;
            }
            outcome => return settled(api, place, request, writing, asked, outcome).await,
        }
    }
}

fn is_overtaken(error: &CommandError) -> bool {
    matches!(error, CommandError::VersionMismatch { .. } | CommandError::Contended)
}

async fn try_to(
    api: &Api,
    place: Place<'_>,
    request: &Request,
    writing: &Writing,
    asked: &Asked,
    known: Option<Arc<Schema>>,
) -> Result<Written, RecordsFault> {
    let window = match known {
        Some(schema) => Some(api.records.window_at(place.tenant, place.base, schema)),
        None => api.records.window(place.tenant, place.base).await?,
    };
    let mut window = window.ok_or(ApiError::PermissionsOrModelNotFound)?;
    window.tables.people.clone_from(&writing.people);
    let schema = Arc::clone(&window.schema);
    let table = table_called(schema.base(), &writing.table)?;
    let of_table = schema.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let people = Named::of(api, place, of_table, asked).await?;
    window.tables.people.extend(people.all());
    needs::fetch(&mut window, of_table, writing.typecast, asked).await?;
    let batch = Batch {
        table,
        typecast: writing.typecast,
        at: whole_second(Timestamp::now()),
        by: writing.by.clone(),
        // Sent again, a command makes the same ids.
        mint: Mint::new(request.command_id),
        records_max: writing.records_max,
    };
    let mut done = asked.plan(&window, batch)?;
    people.keep_ids_alone(&mut done.edit);
    check_makes_only(writing.only.as_ref(), schema.base(), &done)?;
    let parted = part(place.base, writing.source, &done.edit);
    let receipt = match parted.schema.is_empty() && parted.records.is_empty() {
        true => None,
        false => Some(carry_out(api, place, request, &schema, parted, &seen(place, &window, &done)).await?),
    };
    if let Some(receipt) = receipt.as_ref().filter(|_| writing.wait) {
        catching_up::reaches(api, receipt.position).await?;
    }
    let Done { records, created, updated, .. } = done;
    Ok(Written { table, records, created, updated, receipt })
}

/// A name that is linked to may become a record of another table.
fn check_makes_only(
    only: Option<&BTreeSet<TableId>>,
    base: &schema::Base,
    done: &Done,
) -> Result<(), ApiError> {
    let mut made = done.edit.changes.iter().filter_map(|change| match change {
        Change::RecordCreated { table, .. } => Some(*table),
        _ => None,
    });
    let beyond = made.find(|table| only.is_some_and(|only| !only.contains(table)));
    match beyond.and_then(|table| base.table(table)) {
        Some(table) => Err(ApiError::NotPermittedToCreate { table: table.name.clone(), id: table.id }),
        None => Ok(()),
    }
}

/// The versions at which the records that are written were seen.
fn seen(place: Place<'_>, window: &Window<'_>, done: &Done) -> BTreeMap<RecordKey, i64> {
    let records = done.edit.changes.iter().filter_map(|change| match change {
        Change::CellSet { record, .. }
        | Change::Linked { record, .. }
        | Change::RecordDeleted { record, .. } => Some(*record),
        Change::ChoiceAdded { .. } | Change::RecordCreated { .. } => None,
    });
    records.map(|record| (key(place.base, record), window.version(record))).collect()
}

async fn carry_out(
    api: &Api,
    place: Place<'_>,
    request: &Request,
    schema: &Schema,
    parted: Parted,
    seen: &BTreeMap<RecordKey, i64>,
) -> Result<Receipt, RecordsFault> {
    let base = ids::stream(place.base)?;
    let mut plan = match parted.schema.is_empty() {
        true => Plan::new().unmoved::<Base>(place.tenant, base, schema.version),
        false => {
            let change = BaseCommand::ChangeSchema { changes: parted.schema };
            Plan::new().decide_at::<Base>(place.tenant, base, schema.version, change)
        }
    };
    for (id, command) in parted.records {
        let stream = ids::stream(&id)?;
        plan = match &command {
            RecordCommand::Create { .. } => plan.create::<Record>(place.tenant, stream, command),
            _ => {
                let version = seen.get(&id).copied().unwrap_or_default();
                plan.decide_at::<Record>(place.tenant, stream, version, command)
            }
        };
    }
    api.executor.execute(request, plan).await.map_err(RecordsFault::Command)
}
