//! `airtide log verify`: whether the log is what was recorded, and what was signed of it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::RangedI64ValueParser;
use eventstore::chain::Extent;
use eventstore::verify::{Told, Verified, VerifyFailed, VerifyOptions, remarks, verify};

use super::progress::Teller;
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::config::Config;
use crate::failure::Failure;

#[derive(Args)]
pub struct Verify {
    /// Begin at the batch that holds this position, and take the chain before it as it is
    #[arg(long, value_name = "POSITION", default_value_t = 1, value_parser = at_least_one())]
    from: i64,
    /// Look at so many batches, drawn at random, instead of all
    #[arg(long, value_name = "BATCHES", value_parser = at_least_one())]
    sample: Option<i64>,
    /// File of signed checkpoints [default: what eventlog.checkpoints names]
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

fn at_least_one() -> RangedI64ValueParser {
    RangedI64ValueParser::new().range(1..)
}

impl Verify {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let extent = Extent { from: self.from, sample: self.sample };
        let file = checkpoints(self.checkpoints, &config)?;
        let verified = walk(&config, extent, &file).await?;
        for remark in remarks(verified.compared.as_ref(), &file) {
            eprintln!("airtide: {remark}");
        }
        let told = Told::of(&verified, extent, &file);
        match self.output {
            Output::Json => print_json(&told)?,
            Output::Table => told.lines().iter().for_each(|line| print_line(line)),
        }
        Ok(if told.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// A file that was asked for must be there; the usual one need not.
fn checkpoints(asked_for: Option<PathBuf>, config: &Config) -> Result<PathBuf, Failure> {
    match asked_for {
        Some(file) if !file.exists() => Err(Failure::misuse(format!("{} is missing", file.display()))),
        Some(file) => Ok(file),
        None => Ok(config.checkpoints()),
    }
}

async fn walk(config: &Config, extent: Extent, file: &Path) -> Result<Verified, Failure> {
    let options = VerifyOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        keys_dir: config.keys.dir.clone(),
        checkpoints: file.to_owned(),
        extent,
    };
    let mut teller = Teller::begin(if extent.sample.is_some() { "batches" } else { "events" });
    match verify(options, &mut |progress| teller.tell(progress)).await {
        Err(failed @ VerifyFailed::BehindEnd { .. }) => Err(Failure::misuse(failed.to_string())),
        verified => Ok(verified?),
    }
}
