//! A base comes into being, whichever API it is asked of.

use domain::bases::base::BaseCommand;
use domain::bases::ids::BaseId;
use domain::bases::schema::{self, Table};
use domain::bases::{Base, BaseKey};
use eventstore::execute::{Plan, Receipt, Request};
use eventstore::read::StateAt;

use super::airtable_ids;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;
use crate::identity::reserved::AIRTABLE_BASE;

pub struct NewKept {
    pub airtable_id: BaseId,
    pub name: String,
    pub tables: Vec<Table>,
}

impl From<schema::Base> for NewKept {
    fn from(base: schema::Base) -> Self {
        Self { airtable_id: base.id, name: base.name, tables: base.tables }
    }
}

/// What the first attempt made.
pub struct Made {
    pub id: BaseKey,
    pub receipt: Receipt,
    pub now: StateAt<Base>,
}

impl Api {
    pub(crate) async fn make_base(
        &self,
        call: &Call,
        principal: &Principal,
        request: &Request,
        new: NewKept,
    ) -> Result<Made, Problem> {
        // It would be beyond the bases that a key is limited to.
        if principal.named_bases().is_some() {
            return Err(Problem::forbidden());
        }
        let tenant = &principal.tenant;
        let NewKept { airtable_id, name, tables } = new;
        let id: BaseKey = ids::new(ids::BASE)?;
        let create = BaseCommand::Create { airtable_id, name, tables };
        let plan = Plan::new().create::<Base>(tenant, ids::stream(&id)?, create);
        let plan = plan.take(AIRTABLE_BASE, airtable_ids::key(tenant, airtable_id), id.as_str());
        let receipt = self.executor.execute(request, plan).await;
        let receipt = receipt.map_err(|error| pointed(call.problem(error)))?;
        // A retry is answered with what its first attempt made, not with what this one drew.
        let (stream, version) = receipt.streams.first().ok_or_else(Problem::internal)?;
        let id = ids::checked(stream.id.as_str())?;
        let now = self.base_at(tenant, &id, *version).await?;
        Ok(Made { id, receipt, now })
    }
}
