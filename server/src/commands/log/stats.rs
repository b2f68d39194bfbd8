//! `airtide log stats`: how much there is in the log.

use std::process::ExitCode;

use clap::Args;
use eventstore::inspect::{Inspector, Size, Stats as Told};

use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct Stats {
    /// Types of events that are told, the most frequent first
    #[arg(long, value_name = "TYPES", default_value_t = 10)]
    top: usize,
    /// Days that are told, the newest first
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    days: usize,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Stats {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspector = Inspector::open(config.database.url()?.reveal()).await?;
        let told = inspector.stats(Size { types: self.top, days: self.days }).await?;
        match self.output {
            ListOutput::Table => tell(&told),
            ListOutput::Json | ListOutput::Ndjson => print_json(&told)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(told: &Told) {
    let time = |time: Option<jiff::Timestamp>| time.map_or("none".to_owned(), |time| time.to_string());
    let lines = [
        ("head", told.head.to_string()),
        ("incarnation", told.incarnation.to_string()),
        ("events", told.counted.events.to_string()),
        ("streams", told.counted.streams.to_string()),
        ("tenants", told.counted.tenants.to_string()),
        ("oldest", time(told.oldest)),
        ("newest", time(told.newest)),
    ];
    print_table(&lines.map(|(name, value)| vec![name.to_owned(), value]));
    let types = told.counted.types.iter().map(|of_type| (&of_type.name, of_type.events));
    tell_numbers(["TYPE", "EVENTS"], types);
    tell_numbers(["DAY", "EVENTS"], told.counted.days.iter().map(|day| (&day.day, day.events)));
    tell_numbers(["TABLE", "BYTES"], told.tables.iter().map(|table| (&table.name, table.bytes)));
}

fn tell_numbers<'a>(title: [&str; 2], numbers: impl Iterator<Item = (&'a String, i64)>) {
    let title = title.map(String::from).to_vec();
    let rows = numbers.map(|(name, number)| vec![name.clone(), number.to_string()]);
    print_line("");
    print_table(&std::iter::once(title).chain(rows).collect::<Vec<_>>());
}
