//! Events on their way to stdout, for as long as somebody reads there.

use std::io::{self, ErrorKind};

use eventstore::inspect::EventTold;
use serde_json::value::{RawValue, to_raw_value};

use super::event_told::{TITLE, row};
use crate::commands::common::{ListOutput, print_json, print_table, write_line};
use crate::failure::Failure;

/// Whoever reads what is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    There,
    /// It has seen enough, which is no failure.
    Gone,
}

/// A list with an end: a table and an array are printed whole, lines one by one.
pub struct List {
    output: ListOutput,
    rows: Vec<Vec<String>>,
    values: Vec<Box<RawValue>>,
}

impl List {
    pub fn begin(output: ListOutput) -> Self {
        Self { output, rows: vec![TITLE.map(String::from).to_vec()], values: Vec::new() }
    }

    pub fn put(&mut self, event: &EventTold) -> Result<Audience, Failure> {
        match self.output {
            ListOutput::Table => self.rows.push(row(event).to_vec()),
            ListOutput::Json => self.values.push(to_raw_value(event)?),
            ListOutput::Ndjson => return say(&serde_json::to_string(event)?),
        }
        Ok(Audience::There)
    }

    pub fn end(self) -> Result<(), Failure> {
        match self.output {
            ListOutput::Table => print_table(&self.rows),
            ListOutput::Json => print_json(&self.values)?,
            ListOutput::Ndjson => {}
        }
        Ok(())
    }
}

/// What has no end is said line by line, in columns of a width that most cells keep.
pub fn put_at_once(output: ListOutput, event: &EventTold) -> Result<Audience, Failure> {
    match output {
        ListOutput::Table => say(&in_columns(&row(event))),
        ListOutput::Json | ListOutput::Ndjson => say(&serde_json::to_string(event)?),
    }
}

const WIDTHS: [usize; 7] = [9, 27, 36, 47, 7, 30, 0];

pub fn in_columns(cells: &[String; 7]) -> String {
    let padded = cells.iter().zip(WIDTHS).map(|(cell, width)| format!("{cell:width$}"));
    padded.collect::<Vec<_>>().join("  ")
}

pub fn say(line: &str) -> Result<Audience, Failure> {
    match write_line(line) {
        Ok(()) => Ok(Audience::There),
        Err(error) if is_gone(&error) => Ok(Audience::Gone),
        Err(error) => Err(error.into()),
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}
