//! Who is owed an event of the past: the webhooks that were there then and want it now.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::identity::TenantId;
use eventstore::event::Recorded;
use eventstore::inspect::Inspector;
use eventstore::work::Owed;
use projections::Projection;
use projections::runtime::of;
use sqlx::PgConnection;

use super::DeliverWebhooks;
use super::intake::{Intake, WEBHOOK, owed_for};
use crate::runtime::{Effect, Owing, Worker};

#[async_trait]
impl Owing for Intake {
    fn intake(&self) -> &'static dyn Projection {
        of::<Intake>()
    }

    fn effect(&self) -> Effect {
        DeliverWebhooks::EFFECT
    }

    async fn owed(
        &self,
        connection: &mut PgConnection,
        inspector: &Inspector,
        events: &[Recorded],
    ) -> sqlx::Result<Vec<Owed>> {
        let owed = owed_for(connection, &events.iter().collect::<Vec<_>>()).await?;
        let added = added(inspector, &owed).await?;
        let was_there = |each: &Owed| {
            let added_at = added.get(&(each.tenant.clone(), each.part.clone()));
            added_at.is_some_and(|added_at| *added_at < each.position)
        };
        Ok(owed.into_iter().filter(was_there).collect())
    }
}

/// Since when each webhook is there: a stream has the number of its first position.
async fn added(inspector: &Inspector, owed: &[Owed]) -> sqlx::Result<HashMap<(TenantId, String), i64>> {
    let webhooks: Vec<(TenantId, String)> =
        owed.iter().map(|each| (each.tenant.clone(), each.part.clone())).collect();
    let begun = inspector.begun_at(WEBHOOK, &webhooks).await?;
    Ok(webhooks.into_iter().zip(begun).filter_map(|(webhook, at)| Some((webhook, at?))).collect())
}
