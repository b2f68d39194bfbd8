//! `airtide log import`: an exported log into an empty database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use eventstore::migrate;
use eventstore::transfer::{ImportFailed, ImportOptions, Imported, import};

use super::export::secrets;
use super::progress::Teller;
use crate::commands::acting::actor;
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::failure::Failure;

#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true).args(["secrets", "without_secrets"]))]
pub struct Import {
    /// Folder that was exported
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// File of secrets that was exported with it
    #[arg(long, value_name = "FILE", requires = "passphrase_file")]
    secrets: Option<PathBuf>,
    /// File whose first line opens the secrets
    #[arg(long, value_name = "FILE", requires = "secrets")]
    passphrase_file: Option<PathBuf>,
    /// For a log that is only read and verified: no node will start on it
    #[arg(long)]
    without_secrets: bool,
    /// Public key that the manifest must be signed with, as `log export` told it
    #[arg(long, value_name = "KEY")]
    signed_by: Option<String>,
    /// Why, for those who look at it later
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Import {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let asks_for_signer = self.signed_by.is_some();
        begin_intakes(config.database.url()?.reveal()).await?;
        let options = ImportOptions {
            database_url: config.database.url()?.reveal().to_owned(),
            keys_dir: config.keys.dir.clone(),
            folder: self.folder,
            secrets: secrets(self.secrets, self.passphrase_file),
            signed_by: self.signed_by,
            actor: actor(),
            reason: self.reason,
        };
        let mut teller = Teller::of("imported", "events");
        let imported = match import(options, &mut |progress| teller.tell(progress)).await {
            Err(failed @ (ImportFailed::Reason | ImportFailed::Signer(_))) => {
                return Err(Failure::misuse(failed.to_string()));
            }
            Err(failed) if failed.is_of_target() => {
                return Err(Failure::conflict(eventstore::chain_of(&failed)));
            }
            imported => imported?,
        };
        remarks(&imported, asks_for_signer).iter().for_each(|remark| eprintln!("airtide: {remark}"));
        match self.output {
            Output::Json => print_json(&imported)?,
            Output::Table => lines(&imported).iter().for_each(|line| print_line(line)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Before there is a log: an intake that was made after it would begin at its end, and know nothing of what it folds. One
/// that is there already stays as it is.
async fn begin_intakes(url: &str) -> Result<(), Failure> {
    if migrate::status(url).await?.iter().all(|migration| migration.applied) {
        projections::begin(url, workers::INTAKES).await?;
    }
    Ok(())
}

fn lines(imported: &Imported) -> Vec<String> {
    let Imported { events, batches, streams, reservations, commands, .. } = imported;
    let mut lines = vec![
        format!(
            "All {events} events in {batches} batches and {streams} streams are in the log, with {reservations} names that are taken and {commands} commands."
        ),
        format!("The chain comes to {} in incarnation {}.", imported.chain_hash, imported.incarnation),
    ];
    lines.extend(imported.secrets.map(|secrets| format!("{secrets} secrets travelled along.")));
    lines
}

/// What should be known, and done next.
fn remarks(imported: &Imported, asked_for_signer: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    match &imported.signed_by {
        None if imported.secrets.is_none() => {
            remarks
                .push("the manifest is not signed: whoever wrote to the folder may have made it".to_owned());
        }
        Some(key) if imported.secrets.is_none() && !asked_for_signer => {
            remarks
                .push(format!("the manifest is signed with {key}: compare that with what the export told"));
        }
        _ => {}
    }
    if imported.secrets.is_none() {
        remarks.push("no secrets travelled along: this log is for reading, and no node starts on it".into());
    }
    if imported.open_work_left_behind > 0 {
        let open = imported.open_work_left_behind;
        remarks.push(format!("{open} pieces of work were owed where it comes from, and are not done here"));
    }
    remarks
}
