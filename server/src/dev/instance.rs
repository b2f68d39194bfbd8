//! What a running development instance tells about itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sandbox::airtable::Reached;
use serde::Serialize;

#[derive(Serialize)]
pub struct Instance {
    pub url: String,
    /// The private cluster's superuser, for operators and tests; no pool of the program keeps that role.
    pub database_url: String,
    pub nats_url: String,
    pub data_dir: PathBuf,
    pub pids: Pids,
    /// An account to begin with.
    pub demo: Option<Demo>,
    /// The stand-in for Airtable, where no token of a real account is configured.
    pub sandbox: Option<Reached>,
    /// With these variables every other `airtide` command works on this instance.
    pub env: BTreeMap<&'static str, String>,
}

/// An account that everybody knows: it exists on development instances only.
#[derive(Serialize)]
pub struct Demo {
    pub email: &'static str,
    pub username: &'static str,
    pub password: &'static str,
    /// Reads and writes its bases.
    pub api_key: String,
    /// A base that follows one in the stand-in.
    pub base_id: Option<String>,
    /// A base whose records are here alone.
    pub local_base_id: Option<String>,
}

#[derive(Serialize)]
pub struct Pids {
    pub airtide: u32,
    /// `None`: the server is not ours.
    pub postgres: Option<u32>,
    pub nats: Option<u32>,
}

impl Instance {
    pub fn for_people(&self) -> String {
        let exports: Vec<String> =
            self.env.iter().map(|(name, value)| format!("  export {name}='{value}'")).collect();
        let demo = self.demo.as_ref().map_or_else(String::new, |demo| {
            let called = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".to_owned());
            let (here, there) = (called(&demo.local_base_id), called(&demo.base_id));
            format!(
                "  Sign in   {} (or {}) with the password \"{}\"\n  API key   {}\n  Bases     {here} (local), {there} (follows Airtable)\n",
                demo.email, demo.username, demo.password, demo.api_key
            )
        });
        let sandbox = self.sandbox.as_ref().map_or_else(String::new, |sandbox| {
            format!("  Airtable  {} (a stand-in)\n", sandbox.airtable_url)
        });
        format!(
            "Airtide is ready; Ctrl-C stops it.\n\n{demo}  API       {}\n  Postgres  {}\n  NATS      {}\n{sandbox}  Data      {}\n\n\
             For other airtide commands on this instance:\n{}\n",
            self.url,
            self.database_url,
            self.nats_url,
            self.data_dir.display(),
            exports.join("\n")
        )
    }
}
