//! The tour of the README, pasted line by line into a shell: every step is right each time, and none is slow.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use support::airtide::Dev;

/// What is promised for every step after the first, besides what the shell and its programs take to ask for nothing.
const STEP_WITHIN: Duration = Duration::from_millis(50);
/// The shape of a step that asks for nothing.
const FLOOR: &str = r#"floor=$(curl -fsS "$api/health" | sed 's/"status"/&/')"#;
/// Two assignments come before the first request, which finds everything cold.
const FIRST_REQUEST: usize = 2;
/// A step is as quick as its quickest time, each on a product just started: what a machine at work elsewhere adds is not
/// the product's.
const TOURS_MAX: usize = 5;
const DONE: &str = "-- done --";

fn tour() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(readme).expect("the README");
    let (_, tour) = text.split_once("## A tour").expect("a tour");
    let (_, script) = tour.split_once("```sh\n").expect("a script");
    let (script, _) = script.split_once("```").expect("its end");
    script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

struct Shell {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Shell {
    fn start(url: &str) -> Self {
        let mut command = Command::new("bash");
        command.arg("-u").env("AIRTIDE_URL", url);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash starts");
        let input = child.stdin.take().expect("stdin is piped");
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self { child, input, output }
    }

    /// What a line prints.
    fn run(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}\necho; echo '{DONE}'").expect("bash reads");
        let mut printed = String::new();
        loop {
            let mut next = String::new();
            let read = self.output.read_line(&mut next).expect("bash writes text");
            assert!(read > 0, "the shell ended at {line:?} after {printed}");
            if next.trim_end() == DONE {
                return printed;
            }
            printed.push_str(&next);
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_tour_goes_as_the_readme_says() {
    let _alone = crate::alone();
    let tour = tour();
    let mut quickest = Times { floor: Duration::MAX, steps: vec![Duration::MAX; tour.len()] };
    for _ in 0..TOURS_MAX {
        quickest = quickest.or_quicker(take(&tour));
        if quickest.are_as_promised() {
            return;
        }
    }
    panic!("a step takes longer than {STEP_WITHIN:?}: {quickest:?} for {tour:#?}");
}

/// How long each step took, and one that asked for nothing.
#[derive(Debug)]
struct Times {
    floor: Duration,
    steps: Vec<Duration>,
}

impl Times {
    fn or_quicker(self, other: Times) -> Times {
        let steps = self.steps.into_iter().zip(other.steps).map(|(one, other)| one.min(other)).collect();
        Times { floor: self.floor.min(other.floor), steps }
    }

    fn are_as_promised(&self) -> bool {
        let mut promised = self.steps.iter().enumerate().filter(|(step, _)| *step != FIRST_REQUEST);
        promised.all(|(_, took)| took.saturating_sub(self.floor) < STEP_WITHIN)
    }
}

/// Goes through the tour once, and asks for nothing at its end, when all has been used once; every step came out right.
fn take(tour: &[String]) -> Times {
    let dev = Dev::start(&["--ephemeral"]);
    let mut shell = Shell::start(dev.text("url"));
    let (mut printed, mut steps) = (Vec::new(), Vec::new());
    for line in tour.iter().map(String::as_str).chain([FLOOR]) {
        let begun = Instant::now();
        printed.push(shell.run(line));
        steps.push(begun.elapsed());
        println!("{:?} {line}", begun.elapsed());
    }
    let (Some(floor), Some(_)) = (steps.pop(), printed.pop()) else {
        unreachable!("a step that asks for nothing was taken");
    };
    let [_, _, registered, _, _, listed, streamed] = &printed[..] else {
        panic!("another tour than this test knows: {printed:?}");
    };
    assert!(registered.contains("\"email\":\"ana@example.org\""), "{registered}");
    assert!(listed.contains("\"Orders\""), "{listed}");
    assert!(streamed.contains("event: workspace.created"), "{streamed}");
    Times { floor, steps }
}
