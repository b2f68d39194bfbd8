//! `airtide base load`: local bases out of a seed file of the stand-in. Loading the same file again completes what was cut short, and
//! changes nothing else.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use api::bases::load::{LoadFailed, Loader, NoPlace, Place};
use api::identity::kept::KeptTables;
use clap::Args;
use domain::identity::WorkspaceId;
use domain::operations::OperationId;
use domain::operations::operation::{Act, Outcome};
use eventstore::operations::{Came, correlation};
use serde::Serialize;

use crate::commands::acting::{self, Acting, Begun, actor};
use crate::commands::common::{Common, Output, print_json, print_table};
use crate::failure::Failure;
use crate::seeds::{self, Seeded, Whole};

#[derive(Args)]
pub struct Load {
    /// Seed file, as the stand-in for Airtable takes it
    #[arg(value_name = "SEED")]
    file: PathBuf,
    /// Where the bases will be
    #[arg(long, value_name = "ID", value_parser = workspace)]
    workspace: WorkspaceId,
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT", value_parser = acting::reason, default_value = "a seed file is loaded")]
    reason: String,
    /// Name the operation, or take up the one of this name that was cut short
    #[arg(long, value_name = "ID", value_parser = acting::operation_id)]
    operation: Option<OperationId>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

#[derive(Serialize)]
struct LoadTold<'a> {
    operation: &'a str,
    workspace: &'a WorkspaceId,
    bases: &'a [Seeded],
    seconds: f64,
    /// Commands that were carried out.
    per_second: u64,
}

fn workspace(text: &str) -> Result<WorkspaceId, String> {
    WorkspaceId::new(text).map_err(|error| error.to_string())
}

impl Load {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let bases = seeds::read(&std::fs::read(&self.file)?)?;
        let kept = KeptTables::open(config.database.url()?.reveal())?;
        let target = format!("{} into {}", self.file.display(), self.workspace);
        let acting = Acting { reason: self.reason.clone(), operation: self.operation.clone() };
        let begun = acting.begin(&config, Act::LoadBase, &target).await?;
        let started = Instant::now();
        let loaded = self.load(&begun, &kept, &bases).await;
        let taken = started.elapsed();
        let came = match &loaded {
            Ok(loaded) => came(loaded),
            Err(failure) => failed(failure),
        };
        let id = begun.id.clone();
        begun.end(came).await?;
        kept.close().await;
        self.tell(id.as_str(), &loaded?, taken)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn load(&self, begun: &Begun, kept: &KeptTables, bases: &[Whole]) -> Result<Vec<Seeded>, Failure> {
        let (executor, reader, actor) = (begun.log().executor(), begun.log().reader(), actor());
        let place = Place::find(&executor, &reader, self.workspace.clone()).await.map_err(no_place)?;
        let correlation = Some(correlation(&begun.id));
        let loader = Loader { executor: &executor, reader: &reader, kept, actor: &actor, correlation };
        let mut loaded = Vec::with_capacity(bases.len());
        for base in bases {
            loaded.push(base.load(&loader, &place).await.map_err(why_not)?);
        }
        Ok(loaded)
    }

    fn tell(&self, operation: &str, bases: &[Seeded], taken: Duration) -> Result<(), serde_json::Error> {
        let written: usize = bases.iter().map(|base| base.written).sum();
        let seconds = taken.as_secs_f64();
        let per_second = (written as f64 / seconds.max(0.001)) as u64;
        if self.output == Output::Table {
            print_table(&table(bases));
            eprintln!("airtide: {written} in {seconds:.1} s, {per_second} a second");
            return Ok(());
        }
        print_json(&LoadTold { operation, workspace: &self.workspace, bases, seconds, per_second })
    }
}

fn came(bases: &[Seeded]) -> Came {
    let told = bases.iter().map(|base| format!("{} is {}", base.airtable_id, base.id));
    let written: usize = bases.iter().map(|base| base.written).sum();
    Came { outcome: Outcome::Done, count: written as u64, detail: told.collect::<Vec<_>>().join(", ") }
}

fn failed(failure: &Failure) -> Came {
    Came { outcome: Outcome::Failed, count: 0, detail: failure.message().to_owned() }
}

fn no_place(why: NoPlace) -> Failure {
    match why {
        NoPlace::Unknown(_) => Failure::missing(why.to_string()),
        NoPlace::Archived(_) => Failure::conflict(why.to_string()),
        why => why.into(),
    }
}

fn why_not(failed: LoadFailed) -> Failure {
    match failed {
        LoadFailed::Taken(_) | LoadFailed::OtherTables(_) => Failure::conflict(failed.to_string()),
        failed => failed.into(),
    }
}

fn table(bases: &[Seeded]) -> Vec<Vec<String>> {
    let title = [
        "BASE",
        "AIRTABLE ID",
        "TABLES",
        "RECORDS",
        "WRITTEN",
        "KNOWN",
        "FILES LEFT OUT",
        "COMMENTS LEFT OUT",
        "NAME",
    ];
    let row = |base: &Seeded| {
        let Seeded {
            id,
            airtable_id,
            name,
            tables,
            records,
            written,
            known,
            files_left_out,
            comments_left_out,
            ..
        } = base;
        let figures =
            [tables, records, written, known, files_left_out, comments_left_out].map(usize::to_string);
        [vec![id.to_string(), airtable_id.to_string()], figures.to_vec(), vec![name.clone()]].concat()
    };
    std::iter::once(title.map(String::from).to_vec()).chain(bases.iter().map(row)).collect()
}
