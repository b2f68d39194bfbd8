//! Measures the log beside its floor, in one run and as ratios: absolute times mean nothing on a shared machine.

mod append;
mod bases;
mod clients;
mod cluster;
mod connection;
mod files;
mod growth;
mod http;
mod lag;
mod load;
mod login;
mod nodes;
mod people;
mod process;
mod rebuild;
mod relay;
mod report;
mod snapshot;
mod sse;
mod transfer;
mod upkeep;
mod work;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use serde::Serialize;

use cluster::Cluster;

/// How long `upkeep` lasts.
const UPKEEP: Duration = Duration::from_secs(600);
/// What this program does as `airtide` itself, with the same arguments.
const OF_AIRTIDE: [&str; 7] = ["serve", "projections", "erase", "keys", "check", "log", "sandbox"];

/// Whatever goes wrong ends the bench.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "bench", about = "Measures Airtide beside its floor, in one run")]
struct Arguments {
    #[command(subcommand)]
    subject: Subject,
    /// How the lines are written to stdout
    #[arg(long, global = true, value_enum, default_value = "json")]
    output: Output,
}

#[derive(Subcommand)]
enum Subject {
    /// Commands per second: the floor and the executor at 1, 16, 64 and 256 clients
    Append,
    /// Loading aggregates of 50 events: cached, from a snapshot, cold, and at a version
    Load,
    /// Two processes against one
    Nodes,
    /// Throughput under a foreign snapshot
    Snapshot {
        #[arg(long, default_value_t = 300)]
        seconds: u64,
    },
    /// Cost of an event at ten million events against a hundred thousand; takes about 12 GB of disk
    Growth,
    /// Commands per second over HTTP, against the executor
    Http,
    /// How old a row is that is read, at 1,000 commands a second over HTTP
    Lag,
    /// The time until an event has reached 1,000 clients that follow the stream
    Sse,
    /// Relaying a backlog to the broker, against publishing the same messages from memory
    Relay,
    /// Work a second that needs nothing done, and how soon after a commit work begins
    Work,
    /// A read model made anew from a million events: alone, and beside 500 commands a second
    Rebuild,
    /// A log of a million events into files and back, against COPY of the same rows
    Transfer,
    /// Signing in, against bare password hashing; other routes meanwhile; refusals of somebody and of nobody
    Login,
    /// Erasing people, changing keys and checking everything for ten minutes, beside 500 commands a second
    Upkeep {
        #[arg(long, default_value_t = UPKEEP.as_secs())]
        seconds: u64,
    },
    /// A formula of ten operators over 50,000 records, beside reading them
    Formulas,
    /// Pages of 100 records from the stand-in for Airtable
    StandIn,
    /// Records of a base with 50,000 of them, read and written, beside the same rows through sqlx
    Records,
    /// A base of Airtable, until all of its records can be read here
    Import,
    /// Formulas, stand-in, records and import, put in their places in the file
    Bases {
        #[arg(long, default_value = "bench/RESULTS.md")]
        file: PathBuf,
    },
    /// All of them, written to a file; ends with 1 when a target is missed
    All {
        #[arg(long, default_value = "bench/RESULTS.md")]
        file: PathBuf,
    },
    /// The executor alone, for a profiler
    Profile {
        #[arg(long, default_value_t = 64)]
        clients: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// `http` without projections, for a profiler
    ProfileHttp,
    /// One process of `nodes`, on the database of DATABASE_URL
    #[command(hide = true)]
    Node {
        #[arg(long)]
        clients: usize,
        #[arg(long)]
        keys: PathBuf,
    },
    /// One side of `transfer`, on the database of DATABASE_URL
    #[command(hide = true)]
    TransferSide {
        which: String,
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        keys: PathBuf,
    },
    /// The floor of `sse`: told over one connection, it tells so many others
    #[command(hide = true)]
    Spread {
        #[arg(long)]
        clients: usize,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Output {
    Json,
}

fn main() -> Outcome<ExitCode> {
    if std::env::args().nth(1).is_some_and(|first| OF_AIRTIDE.contains(&first.as_str())) {
        return Ok(server::commands::run());
    }
    let Arguments { subject, output } = Arguments::parse();
    files::allow_many()?;
    server::runtime::start()?.block_on(measure(subject, output))
}

async fn measure(subject: Subject, output: Output) -> Outcome<ExitCode> {
    if let Subject::Node { clients, keys } = subject {
        let told = nodes::node(std::env::var("DATABASE_URL")?, keys, clients).await?;
        return print(&[told], output);
    }
    if let Subject::TransferSide { which, folder, keys } = &subject {
        let told = transfer::one_side(which, folder.clone(), keys.clone()).await?;
        return print(&[told], output);
    }
    if let Subject::Spread { clients } = subject {
        sse::spread(clients).await?;
        return Ok(ExitCode::SUCCESS);
    }
    match subject {
        Subject::Formulas => return print(&bases::formulas::run()?, output),
        Subject::StandIn => return print(&bases::stand_in::run().await?, output),
        _ => {}
    }
    let cluster = Cluster::start().await?;
    match subject {
        Subject::Append => print(&append::run(&cluster).await?, output),
        Subject::Load => print(&load::run(&cluster).await?, output),
        Subject::Nodes => print(&nodes::run(&cluster).await?, output),
        Subject::Snapshot { seconds } => {
            print(&snapshot::run(&cluster, Duration::from_secs(seconds)).await?, output)
        }
        Subject::Growth => print(&growth::run(&cluster).await?, output),
        Subject::Http => print(&http::run(&cluster).await?, output),
        Subject::Lag => print(&lag::run(&cluster).await?, output),
        Subject::Sse => print(&sse::run(&cluster).await?, output),
        Subject::Relay => print(&relay::run(&cluster).await?, output),
        Subject::Rebuild => print(&rebuild::run(&cluster).await?, output),
        Subject::Work => print(&work::run(&cluster).await?, output),
        Subject::Transfer => print(&transfer::run(&cluster).await?, output),
        Subject::Upkeep { seconds } => {
            print(&upkeep::run(&cluster, Duration::from_secs(seconds)).await?, output)
        }
        Subject::Records => print(&bases::records::run(&cluster).await?, output),
        Subject::Import => print(&bases::import::run(&cluster).await?, output),
        Subject::Login => print(&login::run(&cluster).await?, output),
        Subject::ProfileHttp => print(&http::profile(&cluster).await?, output),
        Subject::Profile { clients, seconds } => {
            print(&append::profile(&cluster, clients, Duration::from_secs(seconds)).await?, output)
        }
        Subject::Bases { file } => {
            let met = report::run_bases(&cluster, &file).await?;
            Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Subject::All { file } => {
            let met = report::run(&cluster, &file).await?;
            Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Subject::Node { .. }
        | Subject::Spread { .. }
        | Subject::TransferSide { .. }
        | Subject::Formulas
        | Subject::StandIn => unreachable!("answered above"),
    }
}

/// Data goes to stdout, a JSON object a line; talk goes to stderr.
fn print<T: Serialize>(lines: &[T], Output::Json: Output) -> Outcome<ExitCode> {
    for line in lines {
        println!("{}", serde_json::to_string(line)?);
    }
    Ok(ExitCode::SUCCESS)
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
