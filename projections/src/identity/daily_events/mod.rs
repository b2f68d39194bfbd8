//! How many events each tenant wrote on each day, and how many it may write. The count follows the log by seconds, which is
//! what it costs to keep it out of every append.

mod project;
mod query;

pub use query::{UsedUpRow, today, used_up};

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::tenant::TenantEvent;
use domain::identity::{PLATFORM_TENANT, Quota, Tenant};
use eventstore::event::Recorded;
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;
use sqlx::PgConnection;

use crate::runtime::{Key, ProjectFault, ReadModel};

/// How long a row is kept.
const DAYS_KEPT: i32 = 35;

pub struct DailyEvents;

/// An event, and the limit that it sets or lifts, if it does.
pub struct Seen {
    recorded: Arc<Recorded>,
    limit: Option<Option<u64>>,
}

impl ReadModel for DailyEvents {
    const NAME: &'static str = "daily_events";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Seen;

    /// What people do on the platform is no tenant's.
    fn key(event: &Recorded) -> Option<Key> {
        let tenant = event.stream.tenant.as_str();
        (tenant != PLATFORM_TENANT).then(|| Key::By(tenant.to_owned()))
    }

    async fn open(sealer: &Sealer, recorded: Arc<Recorded>) -> Result<Seen, ReadFault> {
        let limit = match recorded.stream.aggregate == Tenant::TYPE {
            true => limit_in(&payload::read(sealer, &recorded).await?),
            false => None,
        };
        Ok(Seen { recorded, limit })
    }

    async fn project(connection: &mut PgConnection, events: &[&Seen]) -> Result<(), ProjectFault> {
        project::count(connection, events).await?;
        Ok(project::limit(connection, events).await?)
    }

    async fn tidy(connection: &mut PgConnection) -> sqlx::Result<u64> {
        project::drop_old(connection).await
    }
}

fn limit_in(event: &TenantEvent) -> Option<Option<u64>> {
    match event {
        TenantEvent::QuotaChanged { quota: Quota::EventsPerDay, limit, .. } => Some(*limit),
        // Nobody writes there any more.
        TenantEvent::Closed {} => Some(None),
        _ => None,
    }
}
