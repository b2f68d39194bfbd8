//! How many comments there are on records. It is told of those alone that were asked about so.

use std::collections::HashMap;

use domain::bases::ids::RecordId;
use projections::bases::comments;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Form, Place, RecordsFault};
use crate::Api;
use crate::caught_up::unreadable;

#[derive(Deserialize)]
struct Counted {
    id: RecordId,
}

/// The same records, with counts where the form wants them.
pub async fn counted(
    api: &Api,
    place: Place<'_>,
    records: Vec<Box<RawValue>>,
    form: &Form,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    if !form.comment_counts || records.is_empty() {
        return Ok(records);
    }
    let ids: Result<Vec<_>, _> = records.iter().map(|record| id_of(record)).collect();
    let ids = ids.map_err(|error| unreadable(&error))?;
    let mut queries = api.queries.begin(place.tenant).await?;
    let counts: HashMap<RecordId, i64> = comments::counts(&mut queries, place.base, &ids).await?;
    let with_count = |(record, id): (Box<RawValue>, &RecordId)| {
        with_count(&record, counts.get(id).copied().unwrap_or_default())
    };
    let counted: Result<Vec<_>, _> = records.into_iter().zip(&ids).map(with_count).collect();
    Ok(counted.map_err(|error| unreadable(&error))?)
}

fn id_of(record: &RawValue) -> Result<RecordId, serde_json::Error> {
    serde_json::from_str::<Counted>(record.get()).map(|counted| counted.id)
}

/// A record is an object, and not an empty one.
fn with_count(record: &RawValue, count: i64) -> Result<Box<RawValue>, serde_json::Error> {
    let members = record.get().strip_suffix('}').unwrap_or_default();
    RawValue::from_string(format!("{members},\"commentCount\":{count}}}"))
}
