//! What quotas look like in answers.

use domain::identity::{Quota, Tenant, TenantId};
use jiff::Timestamp;
use projections::counters;
use projections::identity::daily_events::{self, DailyEvents};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::access::midnight_after;
use crate::http::{PositionToken, Problem};
use crate::identity::user_state;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Serialize, ToSchema)]
pub struct Quotas {
    data: Vec<QuotaShown>,
}

/// A quota of a tenant.
#[derive(Serialize, ToSchema)]
pub struct QuotaShown {
    #[schema(value_type = String, example = "members", pattern = "^(members|events_per_day)$")]
    quota: Quota,
    /// Null: as much as one likes.
    #[schema(required = true, example = 25)]
    limit: Option<u64>,
    /// May be more than the limit, which was lowered then.
    #[schema(example = 12)]
    used: u64,
    /// When it is whole again, where it is one of a time.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    starts_anew_at: Option<Timestamp>,
}

impl Quotas {
    /// Members are exact; events are counted as fast as read models follow.
    pub async fn of(api: &Api, id: &TenantId, asked: Asked) -> Result<Self, Problem> {
        api.caught_up(DailyEvents::NAME, asked.wait_for).await?;
        let tenant = api.tenant(id).await?.state;
        tenant.name().ok_or_else(Problem::not_found)?;
        let mut data = Vec::with_capacity(Quota::ALL.len());
        for quota in Quota::ALL {
            data.push(QuotaShown::of(api, id, &tenant, quota).await?);
        }
        Ok(Self { data })
    }
}

impl QuotaShown {
    async fn of(api: &Api, id: &TenantId, tenant: &Tenant, quota: Quota) -> Result<Self, Problem> {
        let (used, starts_anew_at) = match quota {
            Quota::Members => (counters::used(&mut api.queries.begin(id).await?, quota).await?, None),
            Quota::EventsPerDay => {
                let starts_anew_at = midnight_after(Timestamp::now());
                let mut queries = api.queries.begin(&user_state::platform()?).await?;
                (daily_events::today(&mut queries, id).await?, Some(starts_anew_at))
            }
        };
        Ok(Self { quota, limit: tenant.limit(quota), used, starts_anew_at })
    }
}
