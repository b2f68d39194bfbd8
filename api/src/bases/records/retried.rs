//! A write that may have been carried out before, under the same key. A plan may fail, or come to nothing, because of its own first
//! attempt; so such a one goes to the log as well, with nothing to do: a retry is answered from there.

use std::collections::BTreeSet;

use domain::bases::Base;
use domain::bases::base::BaseCommand;
use domain::bases::errors::ApiError;
use domain::bases::ids::{Mint, RecordId};
use domain::bases::record::key;
use domain::bases::table::Batch;
use eventstore::execute::{Plan, Receipt, Request};

use super::write::{Asked, Writing, Written};
use super::{Place, RecordsFault, catching_up, table_called};
use crate::Api;
use crate::identity::ids;

/// What came of a write, whichever attempt carried it out.
pub async fn settled(
    api: &Api,
    place: Place<'_>,
    request: &Request,
    writing: &Writing,
    asked: &Asked,
    outcome: Result<Written, RecordsFault>,
) -> Result<Written, RecordsFault> {
    let (planned, fault) = match outcome {
        Ok(written) if written.receipt.as_ref().is_some_and(|receipt| !receipt.replayed) => {
            return Ok(written);
        }
        Ok(written) => (Some(written), None),
        Err(RecordsFault::Refused(error)) => (None, Some(error)),
        Err(fault) => return Err(fault),
    };
    let receipt = match planned.as_ref().and_then(|written| written.receipt.clone()) {
        Some(receipt) => receipt,
        None => carry_out_nothing(api, place, request).await?,
    };
    match (planned, fault) {
        (_, Some(error)) if !receipt.replayed => Err(error.into()),
        (Some(written), None) if !receipt.replayed => Ok(Written { receipt: Some(receipt), ..written }),
        (planned, _) => first_attempt(api, place, writing, asked, planned, receipt).await,
    }
}

async fn carry_out_nothing(api: &Api, place: Place<'_>, request: &Request) -> Result<Receipt, RecordsFault> {
    let nothing = BaseCommand::ChangeSchema { changes: Vec::new() };
    let plan = Plan::new().decide::<Base>(place.tenant, ids::stream(place.base)?, nothing);
    api.executor.execute(request, plan).await.map_err(RecordsFault::Command)
}

/// What the first attempt did follows from what was asked and which streams it wrote.
async fn first_attempt(
    api: &Api,
    place: Place<'_>,
    writing: &Writing,
    asked: &Asked,
    planned: Option<Written>,
    receipt: Receipt,
) -> Result<Written, RecordsFault> {
    let table = match &planned {
        Some(written) => written.table,
        None => {
            let schema = api.records.schema(place.tenant, place.base).await?;
            let schema = schema.ok_or(ApiError::PermissionsOrModelNotFound)?;
            table_called(schema.base(), &writing.table)?
        }
    };
    if writing.wait {
        catching_up::reaches(api, receipt.position).await?;
    }
    let created = created(place, asked, &receipt);
    let records = match (asked, planned) {
        (Asked::Create(_), _) => created.clone(),
        // Who was matched is matched again, unless it was changed since.
        (Asked::Upsert { .. }, Some(written)) => written.records,
        (Asked::Upsert { .. }, None) => named(asked).chain(created.iter().copied()).collect(),
        (Asked::Update { .. } | Asked::Delete(_), _) => named(asked).collect(),
    };
    let updated = match asked {
        Asked::Delete(_) => Vec::new(),
        _ => records.iter().copied().filter(|record| !created.contains(record)).collect(),
    };
    Ok(Written { table, records, created, updated, receipt: Some(receipt) })
}

fn named(asked: &Asked) -> impl Iterator<Item = RecordId> {
    asked.ids().filter_map(|id| RecordId::parse(id).ok())
}

/// Rows became records under ids that follow from the command, in their order.
fn created(place: Place<'_>, asked: &Asked, receipt: &Receipt) -> Vec<RecordId> {
    let streams: BTreeSet<&str> = receipt.streams.iter().map(|(stream, _)| stream.id.as_str()).collect();
    let mut mint = Batch::rows_of(&Mint::new(receipt.command_id));
    let made = asked.rows().map(|_| -> RecordId { mint.make() });
    made.take_while(|record| streams.contains(key(place.base, *record).as_str())).collect()
}
