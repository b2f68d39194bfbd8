//! Names a suite that could not run for want of a tool; `make test` repeats the names at its end.

use std::fs::OpenOptions;
use std::io::Write;

pub fn suite(name: &str, missing_tool: &str) {
    let line = format!("{name}: {missing_tool} is missing");
    eprintln!("skipped: {line}");
    if let Some(path) = std::env::var_os("AIRTIDE_SKIPPED_SUITES") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| writeln!(file, "{line}"))
            .expect("the list of skipped suites can be written");
    }
}
