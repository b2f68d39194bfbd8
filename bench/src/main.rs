//! Measures the log beside its floor, in one run and as ratios: absolute times mean nothing on a shared machine.

mod append;
mod clients;
mod cluster;
mod workspace;

use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use serde::Serialize;

use cluster::Cluster;

/// Whatever goes wrong ends the bench.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "bench", about = "Measures Airtide beside its floor, in one run")]
struct Arguments {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    /// Commands per second: the floor and the executor at 1, 16, 64 and 256 clients
    Append {
        #[arg(long, value_enum, default_value = "table")]
        output: Output,
    },
    /// The executor alone, for a profiler
    Profile {
        #[arg(long, default_value_t = 64)]
        clients: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Output {
    Table,
    Json,
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(&arguments.subject))
}

async fn measure(subject: &Subject) -> Outcome<()> {
    let cluster = &Cluster::start().await?;
    match subject {
        Subject::Append { output } => print(&append::run(cluster).await?, *output),
        Subject::Profile { clients, seconds } => {
            print(&append::profile(cluster, *clients, Duration::from_secs(*seconds)).await?, Output::Table)
        }
    }
}

/// Data goes to stdout: a JSON object a line, or the same for people.
fn print<T: Serialize>(lines: &[T], _output: Output) -> Outcome<()> {
    for line in lines {
        println!("{}", serde_json::to_string(line)?);
    }
    Ok(())
}
