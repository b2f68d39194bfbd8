//! Events of webhooks, made into rows.

use std::collections::BTreeMap;

use domain::identity::webhook::WebhookEvent;
use domain::identity::{TenantId, WebhookId};
use sqlx::{AssertSqlSafe, PgConnection};

use super::delivery::{DeliveryRow, Outcome};
use super::{COLUMNS, WebhookRow, save};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

pub(super) type Place = (TenantId, WebhookId);

/// By primary key.
#[derive(Default)]
pub(super) struct Rows {
    /// Nothing for what was removed.
    pub webhooks: BTreeMap<Place, Option<WebhookRow>>,
    pub deliveries: BTreeMap<(Place, i64), DeliveryRow>,
}

pub async fn project(
    connection: &mut PgConnection,
    events: &[&Opened<WebhookEvent>],
) -> Result<(), ProjectFault> {
    let mut rows = Rows { webhooks: load(connection, events).await?, ..Rows::default() };
    for event in events {
        fold(&mut rows, event)?;
    }
    Ok(save::save(connection, &rows).await?)
}

fn fold(rows: &mut Rows, opened: &Opened<WebhookEvent>) -> Result<(), ProjectFault> {
    let place: Place = (opened.tenant().clone(), opened.id()?);
    match &opened.event {
        WebhookEvent::Added { .. } => {
            rows.webhooks.insert(place.clone(), added(opened, place.1));
        }
        WebhookEvent::Removed {} => {
            rows.webhooks.insert(place.clone(), None);
            rows.deliveries.retain(|(of, _), _| *of != place);
        }
        WebhookEvent::TestRequested {} | WebhookEvent::RedeliveryRequested { .. } => {}
        WebhookEvent::Delivered { .. } | WebhookEvent::DeliveryFailed { .. } => tell(rows, place, opened),
        change => {
            let found = rows.webhooks.get_mut(&place).and_then(Option::as_mut);
            let row = found.ok_or_else(|| opened.has_no_row())?;
            apply(row, change);
            count(row, opened);
        }
    }
    Ok(())
}

fn added(opened: &Opened<WebhookEvent>, id: WebhookId) -> Option<WebhookRow> {
    let WebhookEvent::Added { workspace, url, description, event_types, enabled, .. } = &opened.event else {
        return None;
    };
    let recorded = &opened.recorded;
    Some(WebhookRow {
        id,
        workspace: workspace.clone(),
        url: url.clone(),
        description: description.clone(),
        event_types: event_types.clone(),
        enabled: *enabled,
        disabled_because: None,
        previous_secret_until: None,
        created_at: recorded.recorded_at,
        updated_at: recorded.recorded_at,
        revision: 1,
        position: recorded.position,
    })
}

fn apply(row: &mut WebhookRow, change: &WebhookEvent) {
    match change {
        WebhookEvent::UrlChanged { url } => row.url.clone_from(url),
        WebhookEvent::Described { description } => row.description.clone_from(description),
        WebhookEvent::EventTypesChosen { event_types } => row.event_types.clone_from(event_types),
        WebhookEvent::Enabled {} => {
            row.enabled = true;
            row.disabled_because = None;
        }
        WebhookEvent::Disabled { because } => {
            row.enabled = false;
            row.disabled_because = Some(*because);
        }
        WebhookEvent::SecretRotated { previous_until, .. } => {
            row.previous_secret_until = Some(*previous_until)
        }
        WebhookEvent::Added { .. }
        | WebhookEvent::Removed {}
        | WebhookEvent::TestRequested {}
        | WebhookEvent::RedeliveryRequested { .. }
        | WebhookEvent::Delivered { .. }
        | WebhookEvent::DeliveryFailed { .. } => {}
    }
}

fn count(row: &mut WebhookRow, opened: &Opened<WebhookEvent>) {
    row.revision += 1;
    row.updated_at = opened.recorded.recorded_at;
    row.position = opened.recorded.position;
}

/// How a delivery went is of interest for as long as its webhook is there.
fn tell(rows: &mut Rows, place: Place, opened: &Opened<WebhookEvent>) {
    let recorded = &opened.recorded;
    let row = match &opened.event {
        WebhookEvent::Delivered { delivery, status, duration_ms } => {
            let duration_ms = i64::try_from(*duration_ms).unwrap_or(i64::MAX);
            DeliveryRow::of(recorded, delivery, Some(*status), Outcome::Delivered { duration_ms })
        }
        WebhookEvent::DeliveryFailed { delivery, reason, status, retry_at } => {
            let outcome = Outcome::Failed { reason: reason.clone(), retry_at: *retry_at };
            DeliveryRow::of(recorded, delivery, *status, outcome)
        }
        _ => return,
    };
    if rows.webhooks.get(&place).is_some_and(Option::is_some) {
        rows.deliveries.insert((place, row.position), row);
    }
}

async fn load(
    connection: &mut PgConnection,
    events: &[&Opened<WebhookEvent>],
) -> sqlx::Result<BTreeMap<Place, Option<WebhookRow>>> {
    let (tenants, ids) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select tenant, {COLUMNS} from webhooks
         where (tenant, id) in (select * from unnest($1::text[], $2::text[]))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).bind(ids).fetch_all(connection).await?;
    let keyed = |row| {
        let found = WebhookRow::from_row(row)?;
        Ok(((columns::id(row, "tenant")?, found.id.clone()), Some(found)))
    };
    rows.iter().map(keyed).collect()
}
