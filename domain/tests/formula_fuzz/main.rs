//! Whatever is written as a formula, over whatever row: no panic, no hang, no more stack than a worker's thread has, bounded
//! memory, and what is read is written so that it reads back as the same.
//!
//! `AIRTIDE_FUZZ_SECONDS` says for how long, `AIRTIDE_FUZZ_SEED` repeats a run. The last case lies in a file, whose name is
//! printed: of a stack that overflows, nothing else would tell.

mod memory;
#[path = "../../../tests/support/random.rs"]
mod random;
mod rows;
mod texts;
mod trial;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use random::Random;
use rows::Sheet;
use trial::{Outcome, tried};

const SECONDS: u64 = 3;
/// Without optimization and on a busy machine. What takes this long by far is a hang.
const CASE_LASTS_MAX: Duration = Duration::from_secs(30);
const CASE_BYTES_MAX: usize = 150_000_000;
const STACK_BYTES: usize = 2 * 1024 * 1024;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// A formula and a row for it.
struct Case {
    text: String,
    row: Sheet,
}

#[test]
fn whatever_is_written_is_read_and_evaluated_within_bounds() {
    let seed = number("AIRTIDE_FUZZ_SEED").unwrap_or_else(drawn_seed);
    let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("formula-fuzz-case");
    println!("seed {seed}; the last case is in {}", kept.display());
    let random = Random::seeded(seed);
    let ends = Instant::now() + Duration::from_secs(number("AIRTIDE_FUZZ_SECONDS").unwrap_or(SECONDS));
    let (cases, outcomes) = worker();
    let mut tally = Tally::default();
    for number in 0_u64.. {
        let mut random = random.branch(&number.to_string());
        let (kind, text) = texts::draw(&mut random);
        std::fs::write(&kept, &text).expect("the case can be kept");
        cases.send(Case { text, row: rows::draw(&mut random) }).expect("the worker takes a case");
        let outcome = outcomes.recv_timeout(CASE_LASTS_MAX);
        tally.add(outcome.unwrap_or_else(|error| panic!("case {number} of seed {seed}, {kind}: {error}")));
        if Instant::now() > ends {
            break;
        }
    }
    println!("{tally:?}");
    assert!(
        tally.read > tally.cases / 5 && tally.valued > tally.cases / 20,
        "too few are formulas: {tally:?}"
    );
}

/// A thread of the size that workers have.
fn worker() -> (Sender<Case>, Receiver<Outcome>) {
    let (cases, taken) = channel::<Case>();
    let (told, outcomes) = channel();
    let work = move || {
        for case in taken {
            let before = memory::begin();
            let began = Instant::now();
            let outcome = tried(&case.text, &case.row);
            let (bytes, lasted) = (memory::peak().saturating_sub(before), began.elapsed());
            assert!(bytes <= CASE_BYTES_MAX, "{bytes} bytes for {}", shortened(&case.text));
            if told.send(Outcome { bytes, lasted, ..outcome }).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread");
    (cases, outcomes)
}

#[derive(Debug, Default)]
struct Tally {
    cases: u64,
    read: u64,
    valued: u64,
    narrowed: u64,
    longest: Duration,
    most_bytes: usize,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        self.cases += 1;
        self.read += u64::from(outcome.is_formula);
        self.valued += u64::from(outcome.has_value);
        self.narrowed += u64::from(outcome.is_narrowed);
        self.longest = self.longest.max(outcome.lasted);
        self.most_bytes = self.most_bytes.max(outcome.bytes);
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn drawn_seed() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_micros() as u64)
}

pub fn shortened(text: &str) -> String {
    text.chars().take(500).collect()
}
