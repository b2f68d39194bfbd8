//! Who is owed an event depends on which webhooks there were at that moment, so this intake folds them into a table
//! of its own while it goes.

use std::sync::Arc;

use domain::identity::webhook::WebhookEvent;
use domain::identity::{WebhookId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;
use eventstore::work::{Owed, owe};
use projections::runtime::{Begins, Key, ProjectFault, ReadModel};
use sqlx::PgConnection;

use super::DeliverWebhooks;
use super::owed::{Owed as OwedTo, owed};
use crate::runtime::Worker;

const WEBHOOK: &str = "webhook";

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

    /// One after the other: who is told an event, the events before it decide.
    async fn project(connection: &mut PgConnection, events: &[&Incoming]) -> Result<(), ProjectFault> {
        let mut all = Vec::new();
        for event in events {
            if let Some(change) = &event.change {
                fold(connection, &event.recorded, change).await?;
            }
            all.extend(owed_for(connection, &event.recorded).await?);
        }
        Ok(owe(connection, DeliverWebhooks::NAME, &all).await?)
    }
}

async fn owed_for(connection: &mut PgConnection, event: &Recorded) -> sqlx::Result<Vec<Owed>> {
    let webhooks = match owed(event) {
        OwedTo::Nothing => Vec::new(),
        OwedTo::ToOne(webhook) => one(connection, event, &webhook).await?,
        OwedTo::ToThoseOf(workspace) => those_of(connection, event, &workspace).await?,
    };
    let owed_to =
        |webhook: String| Owed::of(&event.stream.tenant, event.position, webhook.as_str()).part(webhook);
    Ok(webhooks.into_iter().map(owed_to).collect())
}

async fn one(
    connection: &mut PgConnection,
    event: &Recorded,
    webhook: &WebhookId,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("select webhook from webhook_endpoints where tenant = $1 and webhook = $2 and enabled")
        .bind(event.stream.tenant.as_str())
        .bind(webhook.as_str())
        .fetch_all(connection)
        .await
}

async fn those_of(
    connection: &mut PgConnection,
    event: &Recorded,
    workspace: &WorkspaceId,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select webhook from webhook_endpoints
          where tenant = $1 and workspace = $2 and enabled
            and (cardinality(event_types) = 0 or $3 = any(event_types))
          order by webhook",
    )
    .bind(event.stream.tenant.as_str())
    .bind(workspace.as_str())
    .bind(&event.event_type)
    .fetch_all(connection)
    .await
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
