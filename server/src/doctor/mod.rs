//! Looks at everything a running Airtide needs, without changing anything.

mod nats;

use std::path::PathBuf;

use api::ops::Doctor;
use async_trait::async_trait;
use eventstore::doctor::{
    Finding, State, examine as examine_log, examine_checkpoints, examine_erasures, examine_relay,
    examine_work,
};
use projections::doctor::examine as examine_projections;

use crate::config::{Config, Secret};

/// Where everything is that is looked at.
pub struct Patient {
    database: Option<Secret>,
    nats: Option<Secret>,
    keys_dir: PathBuf,
    checkpoints: PathBuf,
    erasures: PathBuf,
}

impl Patient {
    pub fn of(config: &Config) -> Self {
        Self {
            database: config.database.url().ok().cloned(),
            nats: config.nats.url().ok().cloned(),
            keys_dir: config.keys.dir.clone(),
            checkpoints: config.checkpoints(),
            erasures: config.erasures(),
        }
    }
}

#[async_trait]
impl Doctor for Patient {
    async fn examine(&self) -> Vec<Finding> {
        let mut findings = match &self.database {
            Some(url) => examine_log(url.reveal(), &self.keys_dir).await,
            None => vec![Finding::fail("database", "database.url is not set", "set DATABASE_URL")],
        };
        // What stands on the log says nothing more where there is none.
        if let Some(url) = &self.database
            && !findings.iter().any(|finding| finding.check == "database" && finding.is_problem())
        {
            findings.extend(self.examine_upon_log(url.reveal()).await);
        }
        let nats = nats::examine(self.nats.as_ref()).await;
        let is_there = nats.state == State::Ok;
        findings.push(nats);
        if is_there && let (Some(database), Some(nats)) = (&self.database, &self.nats) {
            findings.extend(examine_relay(database.reveal(), nats.reveal()).await);
        }
        findings
    }
}

impl Patient {
    async fn examine_upon_log(&self, url: &str) -> [Finding; 5] {
        [
            examine_checkpoints(url, &self.checkpoints).await,
            examine_erasures(url, &self.keys_dir, &self.erasures).await,
            examine_projections(url, "read models", "projections", projections::all()).await,
            examine_projections(url, "intakes", "workers", workers::INTAKES).await,
            examine_work(url).await,
        ]
    }
}
