//! The stand-ins that `airtide dev` starts where there are no credentials for what they stand for.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use sandbox::airtable::seed::{self, Seed};
use sandbox::airtable::{App, Knobs, Reached, Standing};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::dev::write_private;
use crate::failure::Failure;

/// Whether the stand-in limits as Airtable does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Limits {
    #[default]
    Off,
    /// 5 requests a second of a base, 50 of a person, 30 s of refusal beyond, 100,000 calls a month
    Real,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DemoSize {
    #[default]
    Small,
    Large,
}

impl Limits {
    pub fn knobs(self) -> Knobs {
        match self {
            Self::Off => Knobs::default(),
            Self::Real => Knobs::default().with_real_limits(),
        }
    }
}

/// What it holds, between two starts.
const KEPT: &str = "airtable.json";

/// A stand-in that serves until it is dropped.
pub struct RunningAirtable {
    pub reached: Reached,
    address: SocketAddr,
    app: Arc<App>,
    file: PathBuf,
    serving: JoinHandle<()>,
}

impl Drop for RunningAirtable {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl RunningAirtable {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its first base and a token that opens it.
    pub fn first_base(&self) -> Option<(&str, &str)> {
        self.reached.base_id.as_deref().zip(self.reached.token.as_deref())
    }

    /// For the next start: bases that were connected are there again.
    pub async fn keep(&self) -> Result<(), Failure> {
        let (app, file) = (Arc::clone(&self.app), self.file.clone());
        let keeping = move || write_private(&file, &serde_json::to_string(&seed::export(&app))?);
        Ok(spawn_blocking(keeping).await??)
    }
}

/// The stand-in for Airtable on a free port, with what it was left with in a folder, or with its demo.
pub async fn airtable(limits: Limits, folder: &Path) -> Result<RunningAirtable, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let standing = Standing::listen(address, limits.knobs(), None).await?;
    let file = folder.join(KEPT);
    standing.hold(kept(&file).map_or_else(|| seed::demo(false), Ok)?)?;
    let (reached, address, app) = (standing.reached(), standing.address(), Arc::clone(&standing.app));
    let serving = tokio::spawn(async move {
        if let Err(error) = standing.serve(std::future::pending()).await {
            tracing::error!(%error, "the stand-in for Airtable ended");
        }
    });
    Ok(RunningAirtable { reached, address, app, file, serving })
}

/// What another release kept in another form is left alone until it is written over.
fn kept(file: &Path) -> Option<Seed> {
    let bytes = fs::read(file).ok()?;
    match seed::parse(&bytes) {
        Ok(seed) => Some(seed),
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "the stand-in for Airtable begins anew");
            None
        }
    }
}
