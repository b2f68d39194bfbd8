//! One row for each event and each tenant that hears of it; rows are never changed.

use domain::identity::{ApiKeyId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::audited::Audited;

/// In the order of the primary key.
fn rows<'a>(events: &[&'a Audited]) -> Vec<(&'a TenantId, &'a Audited)> {
    let of = |event: &'a Audited| event.tenants.iter().map(move |tenant| (tenant, event));
    let mut rows: Vec<_> = events.iter().flat_map(|event| of(event)).collect();
    rows.sort_by_key(|(tenant, event)| ((*tenant).clone(), event.recorded.position));
    rows
}

pub async fn project(connection: &mut PgConnection, events: &[&Audited]) -> sqlx::Result<()> {
    let rows = rows(events);
    let texts = |of: fn(&Audited) -> &str| -> Vec<&str> { rows.iter().map(|(_, event)| of(event)).collect() };
    let perhaps = |of: fn(&Audited) -> Option<&str>| -> Vec<Option<&str>> {
        rows.iter().map(|(_, event)| of(event)).collect()
    };
    let recorded_at: Vec<jiff_sqlx::Timestamp> =
        rows.iter().map(|(_, event)| event.recorded.recorded_at.into()).collect();
    sqlx::query(
        "insert into audit(tenant, position, scope, action, actor, api_key, target_type, target_id, outcome, network,
                           request_id, correlation_id, recorded_at)
         select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::timestamptz[])
         on conflict (tenant, position) do nothing",
    )
    .bind(rows.iter().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, event)| event.recorded.position).collect::<Vec<_>>())
    .bind(perhaps(|event| event.recorded.scope.as_ref().map(|scope| scope.as_str())))
    .bind(texts(|event| &event.recorded.event_type))
    .bind(texts(|event| &event.meta.actor))
    .bind(perhaps(|event| event.meta.api_key.as_ref().map(ApiKeyId::as_str)))
    .bind(texts(|event| &event.recorded.stream.aggregate))
    .bind(texts(|event| event.recorded.stream.id.as_str()))
    .bind(texts(|event| event.outcome))
    .bind(perhaps(|event| event.meta.network.as_deref()))
    .bind(perhaps(|event| event.meta.request_id.as_deref()))
    .bind(rows.iter().map(|(_, event)| event.meta.correlation_id()).collect::<Vec<Uuid>>())
    .bind(recorded_at)
    .execute(connection)
    .await?;
    Ok(())
}
