//! What of a base is in the log already, record by record. A record has one event by its making, and one more by each edit that a load
//! tells of it: so its version says what is due. What others changed since is left to them.

use std::collections::BTreeMap;

use domain::bases::record::RecordCommand;
use domain::bases::{Record, RecordKey};
use eventstore::execute::Executor;
use futures_util::future::try_join_all;

use super::units::Asked;
use super::{Due, LoadFailed, Place, stream};

pub struct Present {
    base_version: i64,
    /// Whether some of it may be there: a base that was just made has no records.
    may_be_there: bool,
    /// Edits of records that were told so far.
    edits: BTreeMap<RecordKey, i64>,
}

/// What is to be carried out of a unit.
pub struct Sifted {
    pub commands: Vec<Due>,
    pub known: usize,
}

impl Present {
    pub fn nothing(base_version: i64) -> Self {
        Self { base_version, may_be_there: false, edits: BTreeMap::new() }
    }

    pub fn asked(base_version: i64) -> Self {
        Self { may_be_there: true, ..Self::nothing(base_version) }
    }

    pub fn base_version(&self) -> i64 {
        self.base_version
    }

    pub async fn without_known(
        &mut self,
        executor: &Executor,
        place: &Place,
        unit: Vec<Asked>,
    ) -> Result<Sifted, LoadFailed> {
        let asked = unit.len();
        let mut commands: Vec<Due> = unit.into_iter().map(|asked| self.due(asked)).collect();
        if self.may_be_there {
            let versions = commands.iter().map(|due| version(executor, place, &due.record));
            let versions = try_join_all(versions).await?;
            let found = commands.into_iter().zip(versions);
            commands = found.filter(|(due, version)| due.version == *version).map(|(due, _)| due).collect();
        }
        Ok(Sifted { known: asked - commands.len(), commands })
    }

    fn due(&mut self, (record, command): Asked) -> Due {
        if matches!(command, RecordCommand::Create { .. }) {
            return Due { record, version: 0, command };
        }
        let edits = self.edits.entry(record.clone()).or_default();
        *edits += 1;
        Due { record, version: *edits, command }
    }
}

async fn version(executor: &Executor, place: &Place, record: &RecordKey) -> Result<i64, LoadFailed> {
    Ok(executor.state::<Record>(&place.tenant, stream(record)?).await?.version)
}
