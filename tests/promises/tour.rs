//! The tour of the README, pasted line by line into a shell: every step is right each time, and none is slow.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use support::airtide::Dev;

/// What is promised for every step after the first.
const STEP_WITHIN: Duration = Duration::from_millis(50);
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
    let mut quickest = vec![Duration::MAX; tour.len()];
    let slow = |quickest: &[Duration]| {
        quickest.iter().enumerate().any(|(step, took)| step != FIRST_REQUEST && *took >= STEP_WITHIN)
    };
    for _ in 0..TOURS_MAX {
        for (quickest, took) in quickest.iter_mut().zip(take(&tour)) {
            *quickest = took.min(*quickest);
        }
        if !slow(&quickest) {
            return;
        }
    }
    panic!("a step takes longer than {STEP_WITHIN:?}: {quickest:?} for {tour:#?}");
}

/// How long each step took, once all of them came out right.
fn take(tour: &[String]) -> Vec<Duration> {
    let dev = Dev::start(&["--ephemeral"]);
    let mut shell = Shell::start(dev.text("url"));
    let (mut printed, mut times) = (Vec::new(), Vec::new());
    for line in tour {
        let begun = Instant::now();
        printed.push(shell.run(line));
        times.push(begun.elapsed());
        println!("{:?} {line}", begun.elapsed());
    }
    let [_, _, registered, _, _, listed, streamed] = &printed[..] else {
        panic!("another tour than this test knows: {printed:?}");
    };
    assert!(registered.contains("\"email\":\"ana@example.org\""), "{registered}");
    assert!(listed.contains("\"Orders\""), "{listed}");
    assert!(streamed.contains("event: workspace.created"), "{streamed}");
    times
}
