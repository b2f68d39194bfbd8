//! Configuration: defaults, covered by `airtide.toml`, covered by variables, covered by flags.
//!
//! All mistakes are found before anything starts and are listed together; unknown keys are mistakes.

mod environment;
mod file;
mod kind;
mod layers;
mod origin;
mod secret;
mod sections;
mod settings;
mod show;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use api::limits::LimitSettings;
pub use layers::Mistakes;
use layers::{Layers, Values};
use origin::Origin;
pub use secret::Secret;
pub use sections::{
    Airtable, Database, Egress, EventLog, Files, Http, Identity, Keys, Log, LogFormat, Mail, MailedLinks,
    MetricsPlace, Nats, Ops, Relay,
};
pub use show::Shown;

pub struct Config {
    pub http: Http,
    pub database: Database,
    pub nats: Nats,
    pub relay: Relay,
    pub keys: Keys,
    pub event_log: EventLog,
    pub ops: Ops,
    pub identity: Identity,
    pub limits: LimitSettings,
    pub files: Files,
    pub egress: Egress,
    pub airtable: Airtable,
    pub mail: Mail,
    pub mailed_links: MailedLinks,
    pub log: Log,
    values: Values,
}

/// Everything a configuration is read from.
#[derive(Clone)]
pub struct Sources {
    /// Must exist; without one, `airtide.toml` of the current folder is read if there is one.
    pub file: Option<PathBuf>,
    pub variables: Vec<(String, String)>,
    pub flags: Vec<Flag>,
}

#[derive(Clone)]
pub struct Flag {
    pub name: &'static str,
    pub key: &'static str,
    pub value: String,
}

impl Sources {
    /// `file` wins over the variable `AIRTIDE_CONFIG`.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Sources {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let from_variable =
            || std::env::var_os("AIRTIDE_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        Sources {
            file: file.or_else(from_variable),
            variables: std::env::vars_os().filter_map(readable).collect(),
            flags,
        }
    }

    /// Without the plain variables that name servers: a development instance has its own.
    pub fn without_servers(mut self) -> Sources {
        self.variables.retain(|(name, _)| !environment::is_alias(name));
        self
    }

    pub fn with(mut self, flags: impl IntoIterator<Item = Flag>) -> Sources {
        self.flags.extend(flags);
        self
    }

    pub fn file_in_force(&self) -> Option<PathBuf> {
        let usual = PathBuf::from(file::DEFAULT_PATH);
        self.file.clone().or_else(|| usual.exists().then_some(usual))
    }

    fn gather(self) -> Layers {
        let mut layers = Layers::with_defaults();
        if let Some(path) = self.file_in_force() {
            file::read(&path, &mut layers);
        }
        environment::read(&self.variables, &mut layers);
        for flag in self.flags {
            layers.set(flag.key, flag.value, Origin::Flag(flag.name));
        }
        layers
    }
}

impl Config {
    pub fn load(sources: Sources) -> Result<Config, Mistakes> {
        let values = sources.gather().finish()?;
        Ok(Config {
            http: Http::from(&values),
            database: Database::from(&values),
            nats: Nats::from(&values),
            relay: Relay::from(&values),
            keys: Keys::from(&values),
            event_log: EventLog::from(&values),
            ops: Ops::from(&values),
            identity: Identity::from(&values),
            limits: LimitSettings::from(&values),
            files: Files::from(&values),
            egress: Egress::from(&values),
            airtable: Airtable::from(&values),
            mail: Mail::from(&values),
            mailed_links: MailedLinks::from(&values),
            log: Log::from(&values),
            values,
        })
    }

    /// The file of signed checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        let usual = || self.keys.dir.join(eventstore::checkpoints::FILE_NAME);
        self.event_log.checkpoints.clone().unwrap_or_else(usual)
    }

    /// The ledger of erasures, which lies beside them.
    pub fn erasures(&self) -> PathBuf {
        eventstore::erasure::file_beside(&self.checkpoints())
    }

    pub fn show(&self) -> Vec<Shown> {
        show::all(&self.values)
    }
}
