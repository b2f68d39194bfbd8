//! Every command of the page for operators works as it stands there.

use std::path::Path;

use support::log::TestLog;
use support::projections::{caught_up, start};

use super::{run, two_tenants};

const PAGE: &str = "../docs/operations/rebuild-a-read-model.md";

/// The lines of its examples that begin with the command, in their order.
fn examples() -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    let commands = page.lines().filter_map(|line| line.strip_prefix("airtide "));
    commands.map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
}

/// Words, with what stands in quotes as one.
fn words(line: &str) -> Vec<String> {
    let quoted = |(number, part): (usize, &str)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    };
    line.split('"').enumerate().flat_map(quoted).collect()
}

/// The page, from its first example to its last, on one log.
#[tokio::test]
async fn every_command_of_the_page_works() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    caught_up(&log.log, &running).await;
    let examples = examples();
    for example in &examples {
        let words = words(example);
        let (code, text) = run(&log, &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(code == Some(0) && !text.is_empty(), "{example}: {code:?} {text}");
    }
    assert!(examples.len() >= 7, "the page has {} examples", examples.len());
    running.stop().await;
}
