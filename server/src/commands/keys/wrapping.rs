//! The steps by which another key takes over from the one that wraps. Each is written down, and may be repeated.

use std::process::ExitCode;

use clap::Args;
use domain::operations::operation::{Act, Outcome};
use eventstore::keyring::rotation::{Rotation, RotationFailed};
use eventstore::operations::Came;

use crate::commands::acting::Acting;
use crate::commands::common::{Common, print_line};
use crate::config::Config;
use crate::failure::Failure;

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args)]
pub struct Use {
    /// The number of the key
    number: u32,
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args)]
pub struct Rewrap {
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args)]
pub struct Retire {
    /// The number of the key
    number: u32,
    #[command(flatten)]
    acting: Acting,
}

impl Add {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        written_down(&config, &self.acting, Act::AddWrappingKey, "the next", async |rotation| {
            let (number, path) = rotation.add().await?;
            print_line(&format!("{} is added, and wraps nothing yet.", path.display()));
            print_line(
                "Copy it into the folder of every other node, with mode 0600, and keep a copy apart. Then:",
            );
            print_line(&format!("  airtide keys use {number} --reason ..."));
            Ok(1)
        })
        .await
    }
}

impl Use {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let Self { number, acting } = self;
        written_down(&config, &acting, Act::UseWrappingKey, &number.to_string(), async |rotation| {
            rotation.put_in_use(number).await?;
            print_line(&format!("The key {number} is in use: the newest of those in use wraps. Then:"));
            print_line("  airtide keys rewrap --reason ...");
            Ok(1)
        })
        .await
    }
}

impl Rewrap {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        written_down(&config, &self.acting, Act::RewrapValues, "everything", async |rotation| {
            let done = rotation.rewrap(&mut |values| eprintln!("{values} values")).await?;
            print_line(&format!("{} values were wrapped anew, by the key {}.", done.values, done.number));
            Ok(done.values)
        })
        .await
    }
}

impl Retire {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let Self { number, acting } = self;
        written_down(&config, &acting, Act::RetireWrappingKey, &number.to_string(), async |rotation| {
            rotation.retire(number).await?;
            print_line(&format!("The key {number} is retired: no node needs its file any more."));
            print_line("A dump from before still does: keep a copy for as long as there are such dumps.");
            Ok(1)
        })
        .await
    }
}

/// Carries out one step between its beginning and its end in the log.
async fn written_down(
    config: &Config,
    acting: &Acting,
    act: Act,
    target: &str,
    step: impl AsyncFnOnce(&mut Rotation) -> Result<u64, RotationFailed>,
) -> Result<ExitCode, Failure> {
    let mut rotation = Rotation::open(config.database.url()?.reveal(), &config.keys.dir).await?;
    let begun = acting.begin(config, act, target).await?;
    match step(&mut rotation).await {
        Ok(count) => {
            begun.end(Came { outcome: Outcome::Done, count, detail: String::new() }).await?;
            Ok(ExitCode::SUCCESS)
        }
        Err(failed) => {
            let detail = failed.to_string();
            begun.end(Came { outcome: Outcome::Failed, count: 0, detail }).await?;
            Err(failed.into())
        }
    }
}
