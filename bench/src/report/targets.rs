//! What has to hold, and whether it does.

use std::fmt;

use super::Everything;
use crate::{append, bases, http, lag, login, rebuild, relay, sse, transfer, upkeep, work};

pub struct Target {
    pub what: &'static str,
    pub measured: f64,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

impl Target {
    pub fn at_least(what: &'static str, bound: f64, measured: f64) -> Self {
        Self { what, measured, at_least: Some(bound), at_most: None }
    }

    fn at_most(what: &'static str, bound: f64, measured: f64) -> Self {
        Self { what, measured, at_least: None, at_most: Some(bound) }
    }

    pub fn is_met(&self) -> bool {
        self.at_least.is_none_or(|bound| self.measured >= bound)
            && self.at_most.is_none_or(|bound| self.measured <= bound)
    }

    pub fn bound(&self) -> String {
        match (self.at_least, self.at_most) {
            (Some(bound), _) => format!("≥ {bound}"),
            (_, Some(bound)) => format!("≤ {bound}"),
            (None, None) => String::new(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {:.2}", self.what, self.bound(), self.measured)
    }
}

pub(super) fn of(all: &Everything) -> Vec<Target> {
    let mut targets = of_the_log(all);
    targets.extend(of_the_api(all));
    targets.extend(of_work(all));
    targets.extend(of_rebuild(all));
    targets.extend(of_transfer(all));
    targets.extend(of_signing_in(all));
    targets.extend(of_upkeep(all));
    targets.extend(of_bases(all));
    targets
}

fn of_transfer(all: &Everything) -> Vec<Target> {
    let line = |case: &str, pick: fn(&transfer::Line) -> f64| {
        all.transfer.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    vec![
        Target::at_least("export of a log, events a second", 50_000.0, line("export", |line| line.per_s)),
        Target::at_least(
            "import of a log to COPY of the same rows",
            0.5,
            line("import", |line| line.ratio_to_copy),
        ),
    ]
}

fn of_the_log(all: &Everything) -> Vec<Target> {
    let executor = |clients: usize, pick: fn(&append::Line) -> f64| {
        let line = all.append.iter().find(|line| line.case == "executor" && line.clients == clients);
        line.map_or(f64::NAN, pick)
    };
    let of_executor = all.append.iter().filter(|line| line.case == "executor");
    let slowest = of_executor.map(|line| line.p99_ms).fold(0.0, f64::max);
    let under = all.snapshot.iter().filter(|line| line.case == "under");
    let lowest = under.map(|line| line.ratio_to_without).fold(f64::INFINITY, f64::min);
    vec![
        Target::at_least("executor to floor at 64 clients", 2.0, executor(64, |line| line.ratio_to_floor)),
        Target::at_least("executor to floor at 256 clients", 2.5, executor(256, |line| line.ratio_to_floor)),
        Target::at_most("slowest p99 of the executor, ms", 15.0, slowest),
        Target::at_least(
            "two processes to one at 256 in flight",
            0.8,
            all.nodes.last().map_or(f64::NAN, |line| line.ratio_to_one),
        ),
        Target::at_least("lowest throughput under a foreign snapshot", 0.8, lowest),
        Target::at_most(
            "cost of an event at 10 M to 100 k",
            1.3,
            all.growth.last().map_or(f64::NAN, |line| line.ratio_to_small),
        ),
    ]
}

fn of_the_api(all: &Everything) -> Vec<Target> {
    let http = |case: &str| {
        let line = all.http.iter().find(|line| line.case == case);
        line.map_or(f64::NAN, |line: &http::Line| line.ratio_to_executor)
    };
    let lag = |case: &str| {
        let line = all.lag.iter().find(|line| line.case == case);
        line.map_or(f64::NAN, |line: &lag::Line| line.p99_ms)
    };
    let stream = all.sse.iter().find(|line| line.case == "stream");
    vec![
        Target::at_least("HTTP to executor at 64 connections", 0.5, http("http")),
        Target::at_least("the same with projections running", 0.5, http("http_projected")),
        Target::at_most("command to readable row at 1,000/s, p99, ms", 25.0, lag("row")),
        Target::at_most("the same with relay and workers running", 25.0, lag("row_of_all")),
        Target::at_most(
            "command to the last of 1,000 clients, slowest, ms",
            50.0,
            stream.map_or(f64::NAN, |line: &sse::Line| line.max_ms),
        ),
    ]
}

fn of_work(all: &Everything) -> Vec<Target> {
    let relay = all.relay.iter().find(|line| line.case == "relay");
    let line = |case: &str, pick: fn(&work::Line) -> f64| {
        all.work.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    vec![
        Target::at_least(
            "relay of a backlog to the same messages from memory",
            0.4,
            relay.map_or(f64::NAN, |line: &relay::Line| line.ratio_to_floor),
        ),
        Target::at_least("work a second that needs nothing done", 5_000.0, line("no_op", |line| line.per_s)),
        Target::at_most(
            "commit to the start of its work at 1,000/s, p99, ms",
            10.0,
            line("commit_to_start", |line| line.p99_ms),
        ),
    ]
}

fn of_rebuild(all: &Everything) -> Vec<Target> {
    let line = |case: &str, pick: fn(&rebuild::Line) -> f64| {
        all.rebuild.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    vec![
        Target::at_least("events a second made into rows anew", 50_000.0, line("alone", |line| line.per_s)),
        Target::at_most(
            "a command beside that to one without, p99",
            2.0,
            line("command_beside", |line| line.ratio),
        ),
        Target::at_most(
            "a read beside that to one without, p99",
            2.0,
            line("read_beside", |line| line.ratio),
        ),
    ]
}

fn of_signing_in(all: &Everything) -> Vec<Target> {
    let line = |case: &str, pick: fn(&login::Line) -> f64| {
        all.login.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    let apart = (line("refused_nobody", |line| line.ratio) - 1.0).abs();
    vec![
        Target::at_least("signing in to bare password hashing", 0.8, line("login", |line| line.ratio)),
        Target::at_most("another route meanwhile, p99, ms", 50.0, line("meanwhile", |line| line.p99_ms)),
        Target::at_most("refusals of nobody and of somebody, medians apart", 0.05, apart),
        Target::at_least(
            "chance that their times are of one kind",
            0.01,
            line("refused_nobody", |line| line.rank_p),
        ),
    ]
}

/// That nothing failed meanwhile is what there are figures for at all.
fn of_upkeep(all: &Everything) -> Vec<Target> {
    let line = |case: &str, pick: fn(&upkeep::Line) -> f64| {
        all.upkeep.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    vec![
        Target::at_least("commands a second beside upkeep", 495.0, line("beside", |line| line.per_s)),
        Target::at_least("people erased meanwhile", 5.0, line("erased", |line| line.count as f64)),
        Target::at_least(
            "changes of the wrapping key meanwhile",
            5.0,
            line("wrapping_key", |line| line.count as f64),
        ),
    ]
}

fn of_bases(all: &Everything) -> Vec<Target> {
    let formula = all.formulas.iter().find(|line| line.case == "formula");
    let list = all.stand_in.iter().find(|line| line.case == "list");
    let record = |case: &str, pick: fn(&bases::records::Line) -> f64| {
        all.records.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    let import = |case: &str, pick: fn(&bases::import::Line) -> f64| {
        all.import.iter().find(|line| line.case == case).map_or(f64::NAN, pick)
    };
    vec![
        Target::at_most(
            "a formula of ten operators over 50,000 records, ms",
            150.0,
            formula.map_or(f64::NAN, |line: &bases::formulas::Line| line.ms),
        ),
        Target::at_least(
            "pages of 100 records a second from the stand-in",
            1_500.0,
            list.map_or(f64::NAN, |line: &bases::stand_in::Line| line.per_s),
        ),
        Target::at_least(
            "a record by its id, to the same row through sqlx",
            0.6,
            record("get", |line| line.ratio_to_floor),
        ),
        Target::at_least("pages of 100 records a second", 1_000.0, record("page", |line| line.per_s)),
        Target::at_most("a page of 100 records, p99, ms", 25.0, record("page", |line| line.p99_ms)),
        Target::at_most(
            "records with a value that is indexed, p99, ms",
            15.0,
            record("equal", |line| line.p99_ms),
        ),
        Target::at_most(
            "a formula over 50,000 rows, to reading and parsing them",
            2.5,
            1.0 / record("scan", |line| line.ratio_to_floor),
        ),
        Target::at_least("single records written a second", 495.0, record("write", |line| line.per_s)),
        Target::at_most(
            "a write of one record at 500 a second, p99, ms",
            10.0,
            record("write", |line| line.p99_ms),
        ),
        Target::at_most("until it can be read, p99, ms", 30.0, record("visible", |line| line.p99_ms)),
        Target::at_least("records imported a second", 5_000.0, import("import", |line| line.per_s)),
        Target::at_least(
            "importing to what five requests a second allow",
            0.95,
            import("import_limited", |line| line.ratio_to_allowed),
        ),
    ]
}
