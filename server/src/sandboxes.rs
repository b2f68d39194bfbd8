//! The stand-ins that `airtide dev` starts where there are no credentials for what they stand for.

use std::net::{Ipv4Addr, SocketAddr};

use clap::ValueEnum;
use sandbox::airtable::{Knobs, Reached, Standing, seed};
use tokio::task::JoinHandle;

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

/// A stand-in that serves until it is dropped.
pub struct RunningAirtable {
    pub reached: Reached,
    serving: JoinHandle<()>,
}

impl Drop for RunningAirtable {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The stand-in for Airtable on a free port.
pub async fn airtable(limits: Limits) -> Result<RunningAirtable, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let standing = Standing::listen(address, limits.knobs(), None).await?;
    standing.hold(seed::demo(false)?)?;
    let reached = standing.reached();
    let serving = tokio::spawn(async move {
        if let Err(error) = standing.serve(std::future::pending()).await {
            tracing::error!(%error, "the stand-in for Airtable ended");
        }
    });
    Ok(RunningAirtable { reached, serving })
}
