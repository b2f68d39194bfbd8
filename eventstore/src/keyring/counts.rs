//! How many values each key wraps.

use std::fmt;
use std::time::Duration;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::task::JoinHandle;

use super::wrapped::WRAPPED;
use crate::chain_of;
use crate::database::{self, Role};
use crate::keys::number_in;

const COUNT_EVERY: Duration = Duration::from_secs(60);

/// Values of one table that one key wraps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    #[serde(skip)]
    pub number: u32,
    pub table: &'static str,
    pub values: i64,
}

impl fmt::Display for Counted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in {}", self.values, self.table)
    }
}

pub(crate) async fn count(connection: &mut PgConnection) -> sqlx::Result<Vec<Counted>> {
    let mut counted = Vec::new();
    for wrapped in WRAPPED {
        let counting = format!(
            "select kek, count(*) from {} where {} is not null group by kek order by kek",
            wrapped.table, wrapped.field
        );
        let rows: Vec<(String, i64)> =
            sqlx::query_as(AssertSqlSafe(counting)).fetch_all(&mut *connection).await?;
        counted.extend(rows.into_iter().filter_map(|(kek, values)| {
            Some(Counted { number: number_in(&kek)?, table: wrapped.table, values })
        }));
    }
    Ok(counted)
}

/// Counts once a minute, for as long as it lives.
pub struct KeyCounts {
    counting: JoinHandle<()>,
}

impl KeyCounts {
    pub fn start(database_url: String, registry: &mut Registry) -> Self {
        let gauges = Family::<[(&'static str, String); 2], Gauge>::default();
        registry.register("airtide_wrapped_values", "Secrets by the key that wraps them", gauges.clone());
        let counting = tokio::spawn(async move {
            loop {
                match count_once(&database_url).await {
                    Ok(counted) => show(&gauges, &counted),
                    Err(error) => {
                        tracing::debug!(error = chain_of(&*error), "wrapped values are not counted")
                    }
                }
                tokio::time::sleep(COUNT_EVERY).await;
            }
        });
        Self { counting }
    }
}

impl Drop for KeyCounts {
    fn drop(&mut self) {
        self.counting.abort();
    }
}

async fn count_once(database_url: &str) -> Result<Vec<Counted>, Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = database::connect(database_url, Role::KeyKeeper).await?;
    let counted = count(&mut connection).await?;
    connection.close().await?;
    Ok(counted)
}

/// A key that wraps nothing any more is shown no more.
fn show(gauges: &Family<[(&'static str, String); 2], Gauge>, counted: &[Counted]) {
    gauges.clear();
    for each in counted {
        let of = [("key", each.number.to_string()), ("table", each.table.to_owned())];
        gauges.get_or_create(&of).set(each.values);
    }
}
