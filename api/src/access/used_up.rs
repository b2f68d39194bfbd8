//! Which tenants have written as many events today as they may. Every node asks for the few that have, every five seconds;
//! a request costs a look at what it knows. Where nobody has a limit there is nothing to look at.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::identity::{Quota, TenantId};
use jiff::{Timestamp, ToSpan, tz};
use projections::TenantQueries;
use projections::identity::daily_events::{self, UsedUpRow};
use tokio::task::JoinHandle;

use crate::http::{Problem, QuotaTold};
use crate::identity::user_state;

const EVERY: Duration = Duration::from_secs(5);

pub struct UsedUp {
    known: Arc<RwLock<Known>>,
    asking: JoinHandle<()>,
}

/// What was so when it was asked for. It is good for that day, however long nobody answers.
#[derive(Default)]
struct Known {
    tenants: HashMap<TenantId, UsedUpRow>,
    until: Timestamp,
}

impl UsedUp {
    pub fn start(queries: TenantQueries) -> Self {
        let known = Arc::new(RwLock::new(Known::default()));
        let asking = tokio::spawn(keep_asking(queries, Arc::clone(&known)));
        Self { known, asking }
    }

    /// Whether a tenant may write more today.
    pub fn check(&self, tenant: &TenantId) -> Result<(), Problem> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).check(tenant, Timestamp::now())
    }
}

impl Drop for UsedUp {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

impl Known {
    fn check(&self, tenant: &TenantId, now: Timestamp) -> Result<(), Problem> {
        match self.tenants.get(tenant) {
            Some(row) if now < self.until => {
                let told =
                    QuotaTold { quota: Quota::EventsPerDay.as_str(), limit: row.allowed, used: row.events };
                Err(Problem::over_daily_quota(told, self.until))
            }
            _ => Ok(()),
        }
    }
}

/// The next midnight of UTC.
pub fn midnight_after(now: Timestamp) -> Timestamp {
    let next = now.to_zoned(tz::TimeZone::UTC).date().checked_add(1.day());
    let midnight = next.and_then(|day| day.to_zoned(tz::TimeZone::UTC));
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

async fn keep_asking(queries: TenantQueries, known: Arc<RwLock<Known>>) {
    let mut failed = false;
    loop {
        let until = midnight_after(Timestamp::now());
        match ask(&queries).await {
            Ok(tenants) => {
                *known.write().unwrap_or_else(PoisonError::into_inner) = Known { tenants, until };
                failed = false;
            }
            Err(problem) if !failed => {
                tracing::warn!(code = problem.code(), "tenants that have used up their day cannot be read");
                failed = true;
            }
            Err(_) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn ask(queries: &TenantQueries) -> Result<HashMap<TenantId, UsedUpRow>, Problem> {
    let mut queries = queries.begin(&user_state::platform()?).await?;
    let rows = daily_events::used_up(&mut queries).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_midnight_of_utc() {
        let midnight = at("2026-12-01T00:00:00Z");
        assert_eq!(midnight_after(at("2026-11-30T00:00:00Z")), midnight);
        assert_eq!(midnight_after(at("2026-11-30T23:59:59.9Z")), midnight);
    }

    #[test]
    fn who_has_used_up_the_day_is_told_so_until_it_ends_and_nobody_else_is() {
        let (acme, globex) = (TenantId::new("acme").unwrap(), TenantId::new("globex").unwrap());
        let row = UsedUpRow { id: acme.clone(), events: 12, allowed: 10 };
        let until = at("2026-12-01T00:00:00Z");
        let known = Known { tenants: HashMap::from([(acme.clone(), row)]), until };
        let during = at("2026-11-30T12:00:00Z");
        assert_eq!(known.check(&acme, during).unwrap_err().code(), "over_daily_quota");
        assert!(known.check(&globex, during).is_ok());
        assert!(known.check(&acme, until).is_ok(), "the next day is another");
    }
}
