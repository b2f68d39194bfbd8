//! What long runs came to, kept in a file line by line and made into a page at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::delivery::Counts;

/// Names the file. Without it nothing is kept.
const REPORT: &str = "AIRTIDE_FAULTS_REPORT";
const PAGE: &str = "../docs/operations/faults.md";

const OPENING: &str = "# Faults

Written by `make faults`, from a run. A round is the whole product with a process for each role on a Postgres and a NATS of
its own, five people at work, and a fault at a moment that follows from the seed. Nobody lends a hand, but for what only an
operator can know: that a restored Postgres is the right one (`airtide log new-incarnation`), that what an event was refused
for is mended, that a Postgres which a full disk has ended is to be started again. Within a minute of the
end of the load everything is settled, and then: what was acknowledged is in the log once, and nothing else; read models equal
the log (`airtide check`); each receiver of webhooks was told everything, in order; nobody has two mails; no work is left, and
none is set aside. `AIRTIDE_FAULT_SEED=<seed> cargo test -p tests --test faults delivery` repeats a round.

Asked again: answers that were none, or an error, and were asked for under the same key until there was one. Repeated:
arrivals of a webhook beyond the first, always under the same id; the receiver was told, and whoever told it was gone, or not
believed any more, before that was written down. Unknown: nobody knows whether the mail was sent, so it is not sent again.

| fault | rounds | seeds | acknowledged | asked again | webhooks | repeated | mails | unknown |
|---|--:|---|--:|--:|--:|--:|--:|--:|
";

#[derive(Serialize, Deserialize)]
struct Line {
    fault: String,
    seed: u64,
    counts: Counts,
}

fn file() -> Option<PathBuf> {
    std::env::var_os(REPORT).map(PathBuf::from)
}

pub fn add(fault: &str, seed: u64, counts: &Counts) {
    let Some(path) = file() else { return };
    let line = Line { fault: fault.to_owned(), seed, counts: *counts };
    let line = serde_json::to_string(&line).expect("counts are text");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the report opens");
    writeln!(file, "{line}").expect("the report takes a line");
}

#[test]
#[ignore = "writes the page of a run: make faults asks for it"]
fn writes_the_page() {
    let text = std::fs::read_to_string(file().expect("a report is named")).expect("a report");
    let mut faults: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect("a line of counts");
        faults.entry(line.fault.clone()).or_default().push(line);
    }
    let page = faults.values().fold(OPENING.to_owned(), |page, rounds| page + &row(rounds));
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE), page).expect("the page is written");
}

fn row(rounds: &[Line]) -> String {
    let sum = |count: fn(&Counts) -> usize| rounds.iter().map(|each| count(&each.counts)).sum::<usize>();
    let seeds: Vec<String> = rounds.iter().map(|each| each.seed.to_string()).collect();
    let seeds = match &*seeds {
        [only] => only.clone(),
        _ => format!("{} to {}", seeds[0], seeds[seeds.len() - 1]),
    };
    let mut row = format!("| {} | {} | {seeds} |", rounds[0].fault, rounds.len());
    let counts: [fn(&Counts) -> usize; 6] = [
        |counts| counts.acknowledged,
        |counts| counts.asked_again,
        |counts| counts.told,
        |counts| counts.repeated,
        |counts| counts.mails,
        |counts| counts.unknown,
    ];
    for count in counts {
        // Writing to a string does not fail.
        let _ = write!(row, " {} |", sum(count));
    }
    row + "\n"
}
