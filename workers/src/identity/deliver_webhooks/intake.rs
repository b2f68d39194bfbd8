//! Who is owed an event depends on which webhooks there were at that moment, so this intake folds them into a table
//! of its own while it goes.

use std::sync::Arc;

use domain::identity::webhook::WebhookEvent;
use domain::identity::{WebhookId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;
use eventstore::work::{Owed, owe};
use projections::runtime::{Begins, Key, Pace, ProjectFault, ReadModel};
use sqlx::PgConnection;

use super::DeliverWebhooks;
use super::owed::{Owed as OwedTo, owed};
use crate::runtime::Worker;

pub(super) const WEBHOOK: &str = "webhook";

pub struct Intake;

/// What an event means here: a change of a webhook, something to be told, or both.
pub struct Incoming {
    recorded: Arc<Recorded>,
    change: Option<WebhookEvent>,
}

impl ReadModel for Intake {
    const NAME: &'static str = DeliverWebhooks::NAME;
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("endpoints.sql");
    const BEGINS: Begins = Begins::AtTheHead;
    const PACE: Pace = Pace::AtOnce;

    type Event = Incoming;

    fn key(event: &Recorded) -> Option<Key> {
        let is_of_webhook = event.stream.aggregate == WEBHOOK;
        (is_of_webhook || owed(event) != OwedTo::Nothing).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, recorded: Arc<Recorded>) -> Result<Incoming, ReadFault> {
        let change = match &*recorded.stream.aggregate {
            WEBHOOK => Some(payload::read(sealer, &recorded).await?),
            _ => None,
        };
        Ok(Incoming { recorded, change })
    }

    /// Who is told an event, the events before it decide: what lies between two changes is asked for together.
    async fn project(connection: &mut PgConnection, events: &[&Incoming]) -> Result<(), ProjectFault> {
        let (mut all, mut asking) = (Vec::new(), Vec::new());
        for event in events {
            if let Some(change) = &event.change {
                all.extend(owed_for(connection, &asking).await?);
                asking.clear();
                fold(connection, &event.recorded, change).await?;
            }
            asking.push(&*event.recorded);
        }
        all.extend(owed_for(connection, &asking).await?);
        Ok(owe(connection, DeliverWebhooks::NAME, &all).await?)
    }
}

/// Of each event the webhooks that are to be told, in the order of events.
const OWED: &str = "
    select a.ordinal, e.webhook
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
             a(tenant, workspace, webhook, event_type, ordinal)
      join webhook_endpoints e on e.tenant = a.tenant and e.enabled
       and (e.webhook = a.webhook
            or (e.workspace = a.workspace
                and (cardinality(e.event_types) = 0 or a.event_type = any(e.event_types))))
     order by a.ordinal, e.webhook";

pub(super) async fn owed_for(connection: &mut PgConnection, events: &[&Recorded]) -> sqlx::Result<Vec<Owed>> {
    let (mut asked, mut workspaces, mut webhooks) = (Vec::new(), Vec::new(), Vec::new());
    for event in events {
        let (workspace, webhook) = match owed(event) {
            OwedTo::Nothing => continue,
            OwedTo::ToOne(webhook) => (None, Some(webhook)),
            OwedTo::ToThoseOf(workspace) => (Some(workspace), None),
        };
        asked.push(*event);
        workspaces.push(workspace);
        webhooks.push(webhook);
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, String)> = sqlx::query_as(OWED)
        .bind(asked.iter().map(|event| event.stream.tenant.as_str()).collect::<Vec<_>>())
        .bind(workspaces.iter().map(|id| id.as_ref().map(WorkspaceId::as_str)).collect::<Vec<_>>())
        .bind(webhooks.iter().map(|id| id.as_ref().map(WebhookId::as_str)).collect::<Vec<_>>())
        .bind(asked.iter().map(|event| event.event_type.as_str()).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let owed_to = |(ordinal, webhook): (i64, String)| {
        let event = usize::try_from(ordinal - 1).ok().and_then(|index| asked.get(index))?;
        Some(Owed::of(&event.stream.tenant, event.position, webhook.as_str()).part(webhook))
    };
    Ok(rows.into_iter().filter_map(owed_to).collect())
}

async fn fold(connection: &mut PgConnection, event: &Recorded, change: &WebhookEvent) -> sqlx::Result<()> {
    let (tenant, webhook) = (event.stream.tenant.as_str(), event.stream.id.as_str());
    match change {
        WebhookEvent::Added { workspace, event_types, enabled, .. } => {
            let types: Vec<&String> = event_types.iter().collect();
            sqlx::query(
                "insert into webhook_endpoints(tenant, webhook, workspace, event_types, enabled)
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(tenant)
            .bind(webhook)
            .bind(workspace.as_str())
            .bind(types)
            .bind(enabled)
            .execute(connection)
            .await?;
        }
        WebhookEvent::EventTypesChosen { event_types } => {
            let types: Vec<&String> = event_types.iter().collect();
            sqlx::query("update webhook_endpoints set event_types = $3 where tenant = $1 and webhook = $2")
                .bind(tenant)
                .bind(webhook)
                .bind(types)
                .execute(connection)
                .await?;
        }
        WebhookEvent::Enabled {} | WebhookEvent::Disabled { .. } => {
            sqlx::query("update webhook_endpoints set enabled = $3 where tenant = $1 and webhook = $2")
                .bind(tenant)
                .bind(webhook)
                .bind(matches!(change, WebhookEvent::Enabled {}))
                .execute(connection)
                .await?;
        }
        WebhookEvent::Removed {} => {
            sqlx::query("delete from webhook_endpoints where tenant = $1 and webhook = $2")
                .bind(tenant)
                .bind(webhook)
                .execute(connection)
                .await?;
        }
        WebhookEvent::UrlChanged { .. }
        | WebhookEvent::Described { .. }
        | WebhookEvent::SecretRotated { .. }
        | WebhookEvent::TestRequested {}
        | WebhookEvent::RedeliveryRequested { .. }
        | WebhookEvent::Delivered { .. }
        | WebhookEvent::DeliveryFailed { .. } => {}
    }
    Ok(())
}
