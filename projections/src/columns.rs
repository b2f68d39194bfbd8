//! Columns that many read models share, on their way out of the database and into it.

use domain::id::Id;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::runtime::Opened;

/// Ids that travel in one text: they have no comma.
const SEPARATOR: &str = ",";

pub fn id<Kind>(row: &PgRow, column: &str) -> sqlx::Result<Id<Kind>> {
    checked(column, row.try_get(column)?)
}

pub fn ids<Kind>(row: &PgRow, column: &str) -> sqlx::Result<Vec<Id<Kind>>> {
    let texts: Vec<String> = row.try_get(column)?;
    texts.into_iter().map(|text| checked(column, text)).collect()
}

pub fn optional_id<Kind>(row: &PgRow, column: &str) -> sqlx::Result<Option<Id<Kind>>> {
    row.try_get::<Option<String>, _>(column)?.map(|text| checked(column, text)).transpose()
}

pub fn timestamp(row: &PgRow, column: &str) -> sqlx::Result<Timestamp> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

pub fn optional_timestamp(row: &PgRow, column: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Tenants and ids of the streams that may have rows: a stream's first event need not look for any.
pub fn begun_before<'e, E>(events: &[&'e Opened<E>]) -> (Vec<&'e str>, Vec<&'e str>) {
    let begun = events.iter().filter(|event| !event.begins_its_stream());
    begun.map(|event| (event.tenant().as_str(), event.recorded.stream.id.as_str())).unzip()
}

/// One element of an array that is unnested: an array of arrays would fall apart.
pub fn joined<'a, Kind: 'a>(ids: impl IntoIterator<Item = &'a Id<Kind>>) -> String {
    ids.into_iter().map(Id::as_str).collect::<Vec<_>>().join(SEPARATOR)
}

/// The same of texts that have no comma either.
pub fn joined_texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().map(String::as_str).collect::<Vec<_>>().join(SEPARATOR)
}

fn checked<Kind>(column: &str, text: String) -> sqlx::Result<Id<Kind>> {
    Id::new(text)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}
