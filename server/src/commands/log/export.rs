//! `airtide log export`: the log, or the events of one tenant, as files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use domain::identity::TenantId;
use eventstore::transfer::{
    ExportFailed, ExportOptions, Exported, SEGMENT_BYTES, Secrets, SecretsWritten, export,
};

use super::progress::Teller;
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::failure::Failure;

const MIB: u64 = 1024 * 1024;

#[derive(Args)]
pub struct Export {
    /// Folder that is written; it is made, or must be empty
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Only the events of this tenant, for reading and for moving out: it cannot be imported
    #[arg(long, value_name = "TENANT", value_parser = tenant_id)]
    tenant: Option<TenantId>,
    /// New file for what must not lie beside the events, sealed: keys of people, credentials, secrets of webhooks
    #[arg(long, value_name = "FILE", requires = "passphrase_file")]
    secrets: Option<PathBuf>,
    /// File whose first line seals the secrets
    #[arg(long, value_name = "FILE", requires = "secrets")]
    passphrase_file: Option<PathBuf>,
    /// Size of a segment before compression
    #[arg(long, value_name = "MIB", default_value_t = SEGMENT_BYTES / MIB,
          value_parser = RangedU64ValueParser::<u64>::new().range(1..=1024))]
    segment_mib: u64,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

fn tenant_id(text: &str) -> Result<TenantId, String> {
    TenantId::new(text).map_err(|error| error.to_string())
}

impl Export {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let options = ExportOptions {
            database_url: config.database.url()?.reveal().to_owned(),
            keys_dir: config.keys.dir.clone(),
            folder: self.folder,
            tenant: self.tenant,
            secrets: secrets(self.secrets, self.passphrase_file),
            segment_bytes: self.segment_mib * MIB,
        };
        let mut teller = Teller::of("exported", "events");
        let exported = match export(options, &mut |progress| teller.tell(progress)).await {
            Err(failed @ (ExportFailed::NoSuchTenant(_) | ExportFailed::Empty)) => {
                return Err(Failure::missing(failed.to_string()));
            }
            Err(failed @ (ExportFailed::Platform | ExportFailed::SecretsInside(_))) => {
                return Err(Failure::misuse(failed.to_string()));
            }
            Err(failed) if failed.is_conflict() => {
                return Err(Failure::conflict(eventstore::chain_of(&failed)));
            }
            exported => exported?,
        };
        remarks(&exported).iter().for_each(|remark| eprintln!("airtide: {remark}"));
        match self.output {
            Output::Json => print_json(&exported)?,
            Output::Table => lines(&exported).iter().for_each(|line| print_line(line)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Either is given with the other.
pub fn secrets(file: Option<PathBuf>, passphrase_file: Option<PathBuf>) -> Option<Secrets> {
    file.zip(passphrase_file).map(|(file, passphrase_file)| Secrets { file, passphrase_file })
}

fn lines(exported: &Exported) -> Vec<String> {
    let Exported { events, batches, streams, segments, bytes, folder, .. } = exported;
    let folder = folder.display();
    let mut lines = match &exported.tenant {
        Some(tenant) => vec![format!(
            "{events} events of {tenant} in {streams} streams, up to position {}, are in {folder}: {segments} segments, {bytes} bytes.",
            exported.last_position
        )],
        None => vec![
            format!(
                "All {events} events in {batches} batches and {streams} streams are in {folder}: {segments} segments, {bytes} bytes."
            ),
            format!("The chain comes to {} in incarnation {}.", exported.chain_hash, exported.incarnation),
        ],
    };
    lines.extend(exported.signed_by.as_ref().map(|key| format!("The manifest is signed with {key}.")));
    let sealed = |secrets: &SecretsWritten| {
        format!("{} secrets are sealed in {}.", secrets.rows, secrets.file.display())
    };
    lines.extend(exported.secrets.as_ref().map(sealed));
    lines
}

/// What was not done and may be missed.
fn remarks(exported: &Exported) -> Vec<String> {
    let mut remarks = Vec::new();
    if exported.signed_by.is_none() {
        remarks.push(
            "there is no key to sign the manifest with: only its hash tells whether it was changed".into(),
        );
    }
    if exported.secrets.is_none() {
        remarks.push(
            "no secrets travel along: personal data stays sealed, and nobody could sign in with this".into(),
        );
    }
    if exported.sessions_left_behind > 0 {
        remarks.push(format!(
            "{} sign-ins do not travel: everybody signs in again",
            exported.sessions_left_behind
        ));
    }
    if exported.open_work_left_behind > 0 {
        remarks.push(format!(
            "{} pieces of work are still owed here, and will not be done where this is imported",
            exported.open_work_left_behind
        ));
    }
    remarks
}
