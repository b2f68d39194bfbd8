//! The schema, as Airtable says it now.

use domain::bases::Base;
use domain::bases::base::BaseCommand;
use domain::bases::ids::BaseId;
use domain::bases::ports::{Connected, Fault};

use eventstore::execute::CommandError;
use eventstore::read::StateAt;

use super::turn::{Known, Stepped, Turn};

impl Turn<'_> {
    /// Reads the schema again; what differs becomes events of the base.
    pub async fn adopt_schema(&self, known: &Known) -> Stepped {
        let id = known.details.airtable_id;
        let tables = known.connected.tables(id).await?;
        let base = self.base().await?;
        let here = base.state.schema().map(|schema| schema.name.clone()).unwrap_or_default();
        let name = name(&*known.connected, id).await?.unwrap_or(here);
        self.adopt(BaseCommand::AdoptSchema { name, tables }).await
    }

    /// For what did not fit: everything is looked at again if that changes the schema. If not, it fits nothing that Airtable knows.
    pub async fn fit_schema(&self, known: &Known, base: &StateAt<Base>) -> Stepped {
        self.adopt_schema(known).await?;
        let version = self.base().await?.version;
        if version != base.version {
            return Err(CommandError::VersionMismatch { expected: base.version, actual: version }.into());
        }
        tracing::warn!("a cell that fits no schema is left as it was");
        Ok(())
    }
}

/// What a base is called; the list of bases is the only place that says it.
async fn name(connected: &dyn Connected, id: BaseId) -> Result<Option<String>, Fault> {
    let mut offset = None;
    loop {
        let page = connected.bases(offset.as_deref()).await?;
        if let Some(seen) = page.bases.into_iter().find(|seen| seen.id == id) {
            return Ok(Some(seen.name));
        }
        match page.offset {
            Some(next) => offset = Some(next),
            None => return Ok(None),
        }
    }
}
