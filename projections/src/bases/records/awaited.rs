//! Links to records that are not there: the other side of a link is told before its record is, when a table is imported that links to
//! itself, and a record that was deleted may come again. What is known of that side waits for its record.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::BaseKey;
use domain::bases::ids::{FieldId, ModelId, RecordId};
use domain::bases::schema::FieldType;
use domain::bases::table::Tables;
use domain::identity::TenantId;
use sqlx::{PgConnection, Row};

use super::rows::{json, model_id};

/// What is linked to records that are awaited: by fields of their own, or by those of others that none of their own shows.
pub type Awaited = BTreeMap<(RecordId, FieldId), Vec<RecordId>>;

pub async fn load(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
    ids: &[RecordId],
) -> sqlx::Result<Awaited> {
    // Each by its key, however few there are believed to be.
    let sql = "select id, field, linked from unnest($3::text[]) wanted (called) cross join lateral
                 (select * from awaited_links where tenant = $1 and base = $2 and id = called offset 0) found";
    let ids: Vec<&str> = ids.iter().map(ModelId::as_str).collect();
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(ids);
    let mut awaited = Awaited::new();
    for row in query.fetch_all(connection).await? {
        awaited.insert(
            (model_id(&row, "id")?, model_id(&row, "field")?),
            json("linked", row.try_get("linked")?)?,
        );
    }
    Ok(awaited)
}

/// What tables know of records that they do not have.
pub fn known<'t>(tables: &'t Tables, missing: impl Iterator<Item = RecordId> + 't) -> Awaited {
    let fields = tables.base().tables.iter().flat_map(|table| &table.fields);
    let links: Vec<_> = fields
        .filter(|field| match &field.kind {
            FieldType::MultipleRecordLinks(link) => link.inverse_link_field_id.is_some(),
            _ => false,
        })
        .map(|field| field.id)
        .collect();
    let mut awaited = Awaited::new();
    for record in missing {
        for field in &links {
            let linked = tables.linked(*field, record);
            if !linked.is_empty() {
                awaited.insert((record, *field), linked);
            }
        }
    }
    awaited
}

/// What is known and more of it, each once.
pub fn with(mut known: Awaited, more: Awaited) -> Awaited {
    for (place, linked) in more {
        let known = known.entry(place).or_default();
        let seen: BTreeSet<_> = known.iter().copied().collect();
        known.extend(linked.into_iter().filter(|one| !seen.contains(one)));
    }
    known
}

/// Writes down what is awaited of some records from now on.
pub async fn save(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
    before: &Awaited,
    awaited: &Awaited,
) -> sqlx::Result<()> {
    if before == awaited {
        return Ok(());
    }
    let gone = before.keys().filter(|key| !awaited.contains_key(key));
    let (ids, fields): (Vec<&str>, Vec<&str>) =
        gone.map(|(record, field)| (record.as_str(), field.as_str())).unzip();
    let sql = "delete from awaited_links
               where tenant = $1 and base = $2 and (id, field) in (select * from unnest($3::text[], $4::text[]))";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(ids).bind(fields);
    query.execute(&mut *connection).await?;
    let (ids, fields): (Vec<&str>, Vec<&str>) =
        awaited.keys().map(|(record, field)| (record.as_str(), field.as_str())).unzip();
    let linked: Result<Vec<String>, _> = awaited.values().map(serde_json::to_string).collect();
    let sql = "insert into awaited_links(tenant, base, id, field, linked)
               select $1, $2, * from unnest($3::text[], $4::text[], $5::text[])
               on conflict (tenant, base, id, field) do update set linked = excluded.linked";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(ids).bind(fields);
    let query = query.bind(linked.map_err(|error| sqlx::Error::Encode(error.into()))?);
    query.execute(connection).await?;
    Ok(())
}
