//! One row for each event; rows are never changed.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::runtime::Noted;

pub async fn project(connection: &mut PgConnection, events: &[&Noted]) -> sqlx::Result<()> {
    let mut events = events.to_vec();
    events.sort_by_key(|noted| (noted.tenant().clone(), noted.recorded.position));
    let texts = |of: fn(&Noted) -> &str| -> Vec<&str> { events.iter().map(|noted| of(noted)).collect() };
    let scopes: Vec<Option<&str>> =
        events.iter().map(|noted| noted.recorded.scope.as_ref().map(|scope| scope.as_str())).collect();
    sqlx::query(
        "insert into event_index(tenant, position, scope, event_type, stream_type, stream_id, event_id,
                                 correlation_id, causation_id)
         select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                              $8::uuid[], $9::uuid[])
         on conflict (tenant, position) do nothing",
    )
    .bind(texts(|noted| noted.tenant().as_str()))
    .bind(events.iter().map(|noted| noted.recorded.position).collect::<Vec<_>>())
    .bind(scopes)
    .bind(texts(|noted| &noted.recorded.event_type))
    .bind(texts(|noted| &noted.recorded.stream.aggregate))
    .bind(texts(|noted| noted.recorded.stream.id.as_str()))
    .bind(events.iter().map(|noted| noted.event.event_id).collect::<Vec<Uuid>>())
    .bind(events.iter().map(|noted| noted.event.correlation_id()).collect::<Vec<Uuid>>())
    .bind(events.iter().map(|noted| noted.event.causation_id).collect::<Vec<Option<Uuid>>>())
    .execute(connection)
    .await?;
    Ok(())
}
