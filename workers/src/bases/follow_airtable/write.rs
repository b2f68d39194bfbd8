//! Writing down what was read or heard: units of changes, each with the place that it brings the base to.

use domain::bases::base::BaseCommand;
use domain::bases::base_sync::{BaseSyncCommand, Details};
use domain::bases::record::RecordCommand;
use domain::bases::{Base, BaseSync, RecordKey};
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Plan, Receipt, Request};
use eventstore::read::StateAt;

use super::FollowAirtable;
use super::record::News;
use super::turn::{Broken, Stepped, Turn};
use crate::runtime::Worker;

/// Commands of one unit. Each record leads to one event at most, and the log takes a thousand.
pub const UNIT_RECORDS_MAX: usize = 500;
/// What the records of one unit take in the log, in bytes, which takes four MiB.
pub const UNIT_BYTES_MAX: usize = 1024 * 1024;

/// What is asked of one record, and how much that gives the log.
pub struct Asked {
    pub key: RecordKey,
    pub command: RecordCommand,
    pub bytes: usize,
    /// It is taken to be new.
    pub new: bool,
}

impl Turn<'_> {
    pub fn request(&self) -> Result<Request, CommandError> {
        let request = Request::new(self.tenant.clone(), format!("worker:{}", FollowAirtable::NAME));
        let mut request =
            request.caused_by(&self.event).map_err(|error| CommandError::Fault(error.to_string()))?;
        request.scope = self.event.scope.clone();
        Ok(request)
    }

    pub async fn execute(&self, plan: Plan) -> Result<Receipt, CommandError> {
        self.worker.executor.execute(&self.request()?, plan).await
    }

    /// A command that holds whatever happened meanwhile.
    pub async fn tell(&self, command: BaseSyncCommand) -> Stepped {
        self.execute(Plan::new().decide::<BaseSync>(&self.tenant, self.stream.clone(), command)).await?;
        Ok(())
    }

    /// A command that was made for one version.
    pub async fn tell_at(&self, sync: &StateAt<BaseSync>, command: BaseSyncCommand) -> Stepped {
        self.execute(self.step_at(sync.version, command)).await?;
        Ok(())
    }

    pub fn step_at(&self, version: i64, command: BaseSyncCommand) -> Plan {
        Plan::new().decide_at::<BaseSync>(&self.tenant, self.stream.clone(), version, command)
    }

    pub async fn adopt(&self, adopt: BaseCommand) -> Stepped {
        self.execute(Plan::new().decide::<Base>(&self.tenant, self.stream.clone(), adopt)).await?;
        Ok(())
    }

    /// Before the place is written, so that nobody passes by a record without telling. Returns the version of the place.
    pub async fn judge(&self, version: i64, details: &Details, news: &mut News) -> Result<i64, Broken> {
        let Some(judge) = news.judgement(details) else { return Ok(version) };
        Ok(self.execute(self.step_at(version, judge)).await?.version())
    }

    /// All of it, under a schema that is still the one it was read with, and the place with what goes into the last unit: what was
    /// written before is passed over when it comes again. Returns the version of the place.
    pub async fn write(
        &self,
        base: &StateAt<Base>,
        asked: Vec<Asked>,
        version: i64,
        place: BaseSyncCommand,
    ) -> Result<i64, Broken> {
        let mut units = units(asked);
        let last = units.pop().unwrap_or_default();
        for unit in units {
            let plan = Plan::new().unmoved::<Base>(&self.tenant, self.stream.clone(), base.version);
            self.execute(self.with(plan, unit)?).await?;
        }
        let plan =
            self.step_at(version, place).unmoved::<Base>(&self.tenant, self.stream.clone(), base.version);
        let receipt = self.execute(self.with(plan, last)?).await?;
        Ok(receipt.version())
    }

    fn with(&self, mut plan: Plan, unit: Vec<Asked>) -> Result<Plan, CommandError> {
        for Asked { key, command, new, .. } in unit {
            let stream =
                StreamId::new(key.as_str()).map_err(|error| CommandError::Fault(error.to_string()))?;
            plan = match new {
                true => plan.create::<domain::bases::Record>(&self.tenant, stream, command),
                false => plan.decide::<domain::bases::Record>(&self.tenant, stream, command),
            };
        }
        Ok(plan)
    }
}

/// In order, and each of a size that the log takes.
fn units(asked: Vec<Asked>) -> Vec<Vec<Asked>> {
    let mut units: Vec<Vec<Asked>> = Vec::new();
    let mut bytes = 0;
    for each in asked {
        bytes += each.bytes;
        match units.last_mut() {
            Some(unit) if unit.len() < UNIT_RECORDS_MAX && bytes <= UNIT_BYTES_MAX => unit.push(each),
            _ => {
                bytes = each.bytes;
                units.push(vec![each]);
            }
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use domain::bases::record::Source;
    use domain::bases::table::Stamp;
    use domain::id::Id;
    use jiff::Timestamp;

    use super::*;

    fn asked(bytes: usize) -> Asked {
        let stamp = Stamp { at: Timestamp::UNIX_EPOCH, by: None };
        let command = RecordCommand::Delete { source: Source::Airtable, stamp };
        Asked { key: Id::new("row_1").unwrap(), command, bytes, new: false }
    }

    fn sizes(bytes: &[usize]) -> Vec<usize> {
        units(bytes.iter().map(|bytes| asked(*bytes)).collect()).iter().map(Vec::len).collect()
    }

    #[test]
    fn what_does_not_fit_in_one_unit_goes_into_several() {
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&[10, 10, 10]), [3]);
        assert_eq!(sizes(&[UNIT_BYTES_MAX, 1, UNIT_BYTES_MAX - 1, 1]), [1, 2, 1]);
        assert_eq!(sizes(&[2 * UNIT_BYTES_MAX, 2 * UNIT_BYTES_MAX]), [1, 1]);
        assert_eq!(sizes(&vec![0; UNIT_RECORDS_MAX + 1]), [UNIT_RECORDS_MAX, 1]);
    }
}
