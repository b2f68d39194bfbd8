//! Loading a base that is there whole, such as one of a seed file: it is made here with the ids that it brings, by an operator. What
//! was loaded before is left as it is now, so loading again completes what was cut short, and changes nothing else.

mod place;
mod present;
mod units;

pub use place::{NoPlace, Place};

use domain::bases::base::BaseCommand;
use domain::bases::record::{RecordCommand, Source, part};
use domain::bases::table::Tables;
use domain::bases::{Base, BaseKey, Record, RecordKey};
use domain::id::{Id, NotAnId};
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor, Plan, Request};
use eventstore::read::Reader;
use uuid::Uuid;

use super::airtable_ids;
use crate::identity::ids::BASE;
use crate::identity::kept::KeptTables;
use crate::identity::reserved::AIRTABLE_BASE;
use present::Present;
use units::Units;

/// Who loads, and what the events are found by.
pub struct Loader<'a> {
    pub executor: &'a Executor,
    pub reader: &'a Reader,
    pub kept: &'a KeptTables,
    pub actor: &'a str,
    pub correlation: Option<Uuid>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub base: BaseKey,
    /// Commands that were carried out now: for each record one, and one more for each edit of it.
    pub written: usize,
    /// Those that were before.
    pub known: usize,
    /// Where the log stood afterwards; nothing when nothing was written.
    pub position: Option<i64>,
}

#[derive(Debug, thiserror::Error)]
pub enum LoadFailed {
    #[error("another base of this tenant is called {0}: nothing was changed")]
    Taken(String),
    #[error("{0} is there with other tables: nothing was changed")]
    OtherTables(String),
    #[error(transparent)]
    Place(#[from] NoPlace),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("the database cannot be asked which bases there are")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Id(#[from] NotAnId),
}

impl Loader<'_> {
    pub async fn load(&self, place: &Place, tables: &Tables) -> Result<Loaded, LoadFailed> {
        let (mut loaded, mut present) = match self.found(place, tables).await? {
            Some(found) => found,
            None => self.created(place, tables).await?,
        };
        let base = loaded.base.clone();
        let commands = tables.telling().flat_map(|edit| part(&base, Source::Import, &edit).records);
        for unit in Units::of(commands) {
            let due = present.without_known(self.executor, place, unit).await?;
            loaded.known += due.known;
            if !due.commands.is_empty() {
                loaded.written += due.commands.len();
                loaded.position = Some(self.write(place, &base, &present, due.commands).await?);
            }
        }
        Ok(loaded)
    }

    /// The base that was loaded from the same before.
    async fn found(&self, place: &Place, tables: &Tables) -> Result<Option<(Loaded, Present)>, LoadFailed> {
        let airtable_id = tables.base().id;
        let key = airtable_ids::key(&place.tenant, airtable_id);
        let Some(owner) = self.kept.owner_of(AIRTABLE_BASE, &key).await? else { return Ok(None) };
        let base = BaseKey::new(owner)?;
        let now = self.executor.state::<Base>(&place.tenant, stream(&base)?).await?;
        if place.of_base(self.reader, &base).await?.as_ref() != Some(&place.workspace) {
            return Err(LoadFailed::Taken(airtable_id.to_string()));
        }
        if now.state.schema().is_none_or(|schema| schema.tables != tables.base().tables) {
            return Err(LoadFailed::OtherTables(airtable_id.to_string()));
        }
        let loaded = Loaded { base, written: 0, known: 0, position: None };
        Ok(Some((loaded, Present::asked(now.version))))
    }

    async fn created(&self, place: &Place, tables: &Tables) -> Result<(Loaded, Present), LoadFailed> {
        let schema = tables.base().clone();
        let airtable_id = schema.id;
        let base: BaseKey = Id::new(format!("{BASE}_{}", Uuid::now_v7().simple()))?;
        let create = BaseCommand::Create { airtable_id, name: schema.name, tables: schema.tables };
        let key = airtable_ids::key(&place.tenant, airtable_id);
        let plan = Plan::new().create::<Base>(&place.tenant, stream(&base)?, create);
        let plan = plan.take(AIRTABLE_BASE, key, base.as_str());
        let receipt =
            self.executor.execute(&self.request(place), plan).await.map_err(|error| match error {
                CommandError::Taken => LoadFailed::Taken(airtable_id.to_string()),
                error => error.into(),
            })?;
        let loaded = Loaded { base, written: 0, known: 0, position: Some(receipt.position) };
        Ok((loaded, Present::nothing(receipt.version())))
    }

    async fn write(
        &self,
        place: &Place,
        base: &BaseKey,
        present: &Present,
        commands: Vec<Due>,
    ) -> Result<i64, LoadFailed> {
        let tenant = &place.tenant;
        let mut plan = Plan::new().unmoved::<Base>(tenant, stream(base)?, present.base_version());
        for Due { record, version, command } in commands {
            let record = stream(&record)?;
            plan = match version {
                0 => plan.create::<Record>(tenant, record, command),
                version => plan.decide_at::<Record>(tenant, record, version, command),
            };
        }
        Ok(self.executor.execute(&self.request(place), plan).await?.position)
    }

    fn request(&self, place: &Place) -> Request {
        let request = Request::new(place.tenant.clone(), self.actor).in_workspace(place.workspace.clone());
        Request { correlation_id: self.correlation, ..request }
    }
}

/// A command to a record, and the version of the record that it is for.
struct Due {
    record: RecordKey,
    version: i64,
    command: RecordCommand,
}

fn stream<Kind>(id: &Id<Kind>) -> Result<StreamId, NotAnId> {
    StreamId::new(id.as_str())
}
