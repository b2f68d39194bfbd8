//! The log, and whether it may be served.

use api::identity::ends_with_its_tenant;
use eventstore::erasure::{self, Standing};
use eventstore::{Log, LogOptions};

use crate::config::Config;
use crate::failure::Failure;

pub async fn open_log(config: &Config) -> Result<Log, Failure> {
    let log = Log::open(LogOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        keys_dir: config.keys.dir.clone(),
        queue_units: config.event_log.queue_units,
        cache_bytes: config.event_log.cache_bytes,
        snapshot_every: eventstore::SNAPSHOT_EVERY,
    });
    Ok(log.await?)
}

/// How the ledger of erasures and the keys of people stand to each other.
pub async fn erasures(config: &Config, log: &Log) -> Result<Standing, Failure> {
    let url = config.database.url()?.reveal();
    Ok(erasure::standing(url, &config.erasures(), log.keys().checkpoint_signing()).await?)
}

/// A restored backup holds keys that were destroyed since. Nothing is served until they are destroyed again; that is left to
/// an operator, since nothing brings back what was destroyed in the wrong place. Keys of a tenant that is closed go with it.
pub(super) async fn refuse_those_brought_back(config: &Config, log: &Log) -> Result<(), Failure> {
    let mut alive = 0;
    for subject in erasures(config, log).await?.alive {
        let goes_by_itself = ends_with_its_tenant(&log.reader(), &log.executor(), &subject).await?;
        alive += usize::from(!goes_by_itself);
    }
    match alive {
        0 => Ok(()),
        _ => Err(Failure::conflict(format!(
            "{alive} subjects were erased, says {}, and this database has their keys: run `airtide erase --reapply`",
            config.erasures().display()
        ))),
    }
}
