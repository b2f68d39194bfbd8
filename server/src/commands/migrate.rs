//! `airtide migrate`: brings the database to the tables of this version, or says how far it is.

use std::process::ExitCode;

use clap::Subcommand;
use eventstore::migrate::{self, MigrationStatus};

use super::common::{Common, Output, print_json, print_table};
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Migrate {
    /// Carry out every migration that is missing
    Up,
    /// List the migrations and whether this database has them
    Status {
        /// How the answer is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

impl Migrate {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let url = config.database.url()?.reveal();
        match self {
            Migrate::Up => {
                migrate::up(url).await?;
                projections::install(url, projections::all()).await?;
                projections::begin(url, workers::INTAKES).await?;
                eprintln!("The database is up to date.");
            }
            Migrate::Status { output: Output::Json } => print_json(&migrate::status(url).await?)?,
            Migrate::Status { output: Output::Table } => print_table(&table(&migrate::status(url).await?)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn table(statuses: &[MigrationStatus]) -> Vec<Vec<String>> {
    let title = ["VERSION", "NAME", "STATE"].map(String::from).to_vec();
    let row = |status: &MigrationStatus| {
        let state = if status.applied { "applied" } else { "missing" };
        vec![status.version.to_string(), status.name.clone(), state.to_owned()]
    };
    std::iter::once(title).chain(statuses.iter().map(row)).collect()
}
