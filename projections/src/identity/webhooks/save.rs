//! Rows, written in the order of their primary keys; of deliveries, only the last are left.

use domain::identity::{TenantId, WebhookId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::delivery::{DELIVERIES_KEPT, DeliveryRow, Outcome};
use super::project::Rows;
use super::{WebhookRow, reason_text};
use crate::columns;

pub(super) async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    save_webhooks(&mut *connection, rows).await?;
    drop_removed(&mut *connection, rows).await?;
    if rows.deliveries.is_empty() {
        return Ok(());
    }
    save_deliveries(&mut *connection, rows).await?;
    drop_old(connection, rows).await
}

fn optional(time: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    time.map(Into::into)
}

async fn save_webhooks(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let kept: Vec<(&TenantId, &WebhookRow)> =
        rows.webhooks.iter().filter_map(|((tenant, _), row)| Some((tenant, row.as_ref()?))).collect();
    if kept.is_empty() {
        return Ok(());
    }
    let texts = |of: fn(&WebhookRow) -> &str| -> Vec<&str> { kept.iter().map(|(_, row)| of(row)).collect() };
    let times = |of: fn(&WebhookRow) -> Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        kept.iter().map(|(_, row)| of(row).into()).collect()
    };
    sqlx::query(
        "insert into webhooks(tenant, id, workspace, url, description, event_types, enabled, disabled_because,
                              previous_secret_until, created_at, updated_at, revision, position)
         select tenant, id, workspace, url, description, string_to_array(event_types, ','), enabled,
                disabled_because, previous_secret_until, created_at, updated_at, revision, position
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
                     $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bigint[],
                     $13::bigint[])
           u(tenant, id, workspace, url, description, event_types, enabled, disabled_because,
             previous_secret_until, created_at, updated_at, revision, position)
         on conflict (tenant, id) do update
           set workspace = excluded.workspace, url = excluded.url, description = excluded.description,
               event_types = excluded.event_types, enabled = excluded.enabled,
               disabled_because = excluded.disabled_because,
               previous_secret_until = excluded.previous_secret_until, created_at = excluded.created_at,
               updated_at = excluded.updated_at, revision = excluded.revision, position = excluded.position",
    )
    .bind(kept.iter().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
    .bind(texts(|row| row.id.as_str()))
    .bind(texts(|row| row.workspace.as_str()))
    .bind(texts(|row| &row.url))
    .bind(texts(|row| &row.description))
    .bind(kept.iter().map(|(_, row)| columns::joined_texts(&row.event_types)).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.enabled).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.disabled_because.map(reason_text)).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| optional(row.previous_secret_until)).collect::<Vec<_>>())
    .bind(times(|row| row.created_at))
    .bind(times(|row| row.updated_at))
    .bind(kept.iter().map(|(_, row)| row.revision).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn drop_removed(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let removed = rows.webhooks.iter().filter(|(_, row)| row.is_none()).map(|(place, _)| place);
    let (tenants, ids) = unzipped(removed);
    if tenants.is_empty() {
        return Ok(());
    }
    sqlx::query("delete from webhooks where (tenant, id) in (select * from unnest($1::text[], $2::text[]))")
        .bind(&tenants)
        .bind(&ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "delete from webhook_deliveries
         where (tenant, webhook_id) in (select * from unnest($1::text[], $2::text[]))",
    )
    .bind(&tenants)
    .bind(&ids)
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_deliveries(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let (tenants, webhooks) = unzipped(rows.deliveries.keys().map(|(place, _)| place));
    let told: Vec<&DeliveryRow> = rows.deliveries.values().collect();
    sqlx::query(
        "insert into webhook_deliveries(tenant, webhook_id, position, delivery_id, event_id, event_type,
                                        event_position, attempt, delivered, status, reason, duration_ms, retry_at,
                                        recorded_at)
         select * from unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[],
                              $8::int[], $9::boolean[], $10::int[], $11::text[], $12::bigint[], $13::timestamptz[],
                              $14::timestamptz[])
         on conflict (tenant, webhook_id, position) do nothing",
    )
    .bind(tenants)
    .bind(webhooks)
    .bind(told.iter().map(|row| row.position).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.delivery_id).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.event_type.as_str()).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.event_position).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.attempt).collect::<Vec<_>>())
    .bind(told.iter().map(|row| matches!(row.outcome, Outcome::Delivered { .. })).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.status).collect::<Vec<_>>())
    .bind(told.iter().map(|row| reason_of(row)).collect::<Vec<_>>())
    .bind(told.iter().map(|row| duration_of(row)).collect::<Vec<_>>())
    .bind(told.iter().map(|row| optional(retry_of(row))).collect::<Vec<_>>())
    .bind(told.iter().map(|row| row.recorded_at.into()).collect::<Vec<jiff_sqlx::Timestamp>>())
    .execute(connection)
    .await?;
    Ok(())
}

fn reason_of(row: &DeliveryRow) -> Option<&str> {
    match &row.outcome {
        Outcome::Failed { reason, .. } => Some(reason),
        Outcome::Delivered { .. } => None,
    }
}

fn duration_of(row: &DeliveryRow) -> Option<i64> {
    match row.outcome {
        Outcome::Delivered { duration_ms } => Some(duration_ms),
        Outcome::Failed { .. } => None,
    }
}

fn retry_of(row: &DeliveryRow) -> Option<Timestamp> {
    match row.outcome {
        Outcome::Failed { retry_at, .. } => retry_at,
        Outcome::Delivered { .. } => None,
    }
}

/// Which are the last depends on positions alone, so a rebuild leaves the same ones.
async fn drop_old(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let mut places: Vec<_> = rows.deliveries.keys().map(|(place, _)| place).collect();
    places.dedup();
    let (tenants, webhooks) = unzipped(places);
    sqlx::query(
        "delete from webhook_deliveries d using unnest($1::text[], $2::text[]) as w(tenant, webhook_id)
         where d.tenant = w.tenant and d.webhook_id = w.webhook_id
           and d.position <= (select o.position from webhook_deliveries o
                              where o.tenant = w.tenant and o.webhook_id = w.webhook_id
                              order by o.position desc offset $3 limit 1)",
    )
    .bind(tenants)
    .bind(webhooks)
    .bind(DELIVERIES_KEPT)
    .execute(connection)
    .await?;
    Ok(())
}

fn unzipped<'a>(places: impl IntoIterator<Item = &'a (TenantId, WebhookId)>) -> (Vec<&'a str>, Vec<&'a str>) {
    places.into_iter().map(|(tenant, webhook)| (tenant.as_str(), webhook.as_str())).unzip()
}
