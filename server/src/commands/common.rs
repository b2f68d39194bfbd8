//! Flags that every subcommand takes, and the two shapes of output.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::config::{Config, Flag, Mistakes, Sources};
use crate::telemetry;

/// Behind a command's own flags, which they would otherwise come between.
const EVERYWHERE: &str = "Options of every command";

#[derive(Args)]
pub struct Common {
    /// Configuration file [default: airtide.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    config: Option<PathBuf>,
    /// How log lines are written: text or json
    #[arg(long, global = true, value_name = "FORMAT", help_heading = EVERYWHERE)]
    log_format: Option<String>,
    /// Which log lines are written, for example `info,eventstore=debug`
    #[arg(long, global = true, value_name = "FILTER", help_heading = EVERYWHERE)]
    log_filter: Option<String>,
}

impl Common {
    pub fn sources(self, further: Vec<Flag>) -> Sources {
        let own = [
            ("--log-format", "log.format", self.log_format),
            ("--log-filter", "log.filter", self.log_filter),
        ];
        let given = own.into_iter().filter_map(|(name, key, value)| Some(Flag { name, key, value: value? }));
        Sources::of_process(self.config, given.chain(further).collect())
    }

    /// The configuration in force; log lines are written as it says from here on.
    pub fn load(self, further: Vec<Flag>) -> Result<Config, Mistakes> {
        let config = Config::load(self.sources(further))?;
        telemetry::start(&config.log);
        Ok(config)
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

/// The same for what may be long.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ListOutput {
    /// For people
    #[default]
    Table,
    /// For programs: one value
    Json,
    /// For programs that read while it comes: a value in each line
    Ndjson,
}

/// Writes one JSON value as one line. A reader that went away is not our failure.
pub fn print_json(value: &impl Serialize) -> Result<(), serde_json::Error> {
    print_line(&serde_json::to_string(value)?);
    Ok(())
}

pub fn print_line(line: &str) {
    let _ = write_line(line);
}

/// The same for whoever stops when nobody reads any more.
pub fn write_line(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush())
}

/// Columns as wide as their widest cell; the last one runs free.
pub fn print_table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        print_line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
