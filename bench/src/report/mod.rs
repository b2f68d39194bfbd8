//! Everything, with the targets that hold, written to `bench/RESULTS.md`.

mod machine;
mod merge;
mod targets;

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::{
    Outcome, UPKEEP, append, bases, growth, http, lag, load, login, nodes, rebuild, relay, snapshot, sse,
    transfer, upkeep, work,
};
use targets::Target;

const FOREIGN_SNAPSHOT_HELD: Duration = Duration::from_secs(300);

/// What limits the executor once this file's figures are reached.
const NEXT_BOTTLENECK: &str = "\
One Postgres backend carries out every append, and of the time of a command it takes the larger half: descents into
B-trees (the directory of streams, today's command log), rows, WAL. The rest is the node: it decides, writes JSON,
hashes and wakes tasks, and while it does that for the commands just answered the backend waits at few clients, and
competes with it for two cores at many. Next, in this order: keys without a table (ids of recent commands in the state
of their stream), compare-and-set on the head with versions in memory, COPY instead of an array of rows.

Over HTTP a command takes one read and one write of the system and about 38 µs of the server's thread: 12 as any request
does (`health`), 11 as in the executor alone, and 15 to read its body and token, to look at session and rights, and to
write the answer. None of it stands out. Nor are the processors busy all the time: at 64 connections all who were
answered together ask again together, so that server and backend take turns. Next: to take a batch as soon as half of
them have queued (faster at 64, slower at 256, by about a tenth each), and to keep what handlers share behind one
pointer instead of copying a dozen for each layer.

A row is late by half the tail's pace (8 ms on two processors with every role), by the page's one query, and by five
round trips of the transaction that writes it. With every role a third of what Postgres does goes into those
transactions, one for each read model and page: next, the read models of one page in one transaction. The last of 1,000 clients waits for 999 writes of the same thread; the
floor takes more than half of that time, so that more threads are what helps.

A record by its id costs Postgres little, as those who ask at the same time share a statement: what is left is the system
(sending, receiving, waking) and HTTP on both ends. A page and an equal filter are statements of their own still: next,
those that wait for a connection together. A write costs the command and four read models, whose
transactions it meets; until it can be read it waits for the one that is under way, and for its own: next, as for a row
above, the read models of one page in one transaction. An import keeps both processors busy: two
fifths of it is Postgres, a third the worker and the read models, a tenth the broker.";

const BOTTLENECK_TITLE: &str = "## The next bottleneck";

struct Section {
    title: &'static str,
    lines: Vec<Value>,
}

/// What subjects came to; of one that was not measured there is no line.
#[derive(Default)]
struct Everything {
    append: Vec<append::Line>,
    nodes: Vec<nodes::Line>,
    load: Vec<load::Line>,
    snapshot: Vec<snapshot::Line>,
    growth: Vec<growth::Line>,
    http: Vec<http::Line>,
    lag: Vec<lag::Line>,
    sse: Vec<sse::Line>,
    relay: Vec<relay::Line>,
    work: Vec<work::Line>,
    rebuild: Vec<rebuild::Line>,
    transfer: Vec<transfer::Line>,
    login: Vec<login::Line>,
    upkeep: Vec<upkeep::Line>,
    formulas: Vec<bases::formulas::Line>,
    stand_in: Vec<bases::stand_in::Line>,
    records: Vec<bases::records::Line>,
    import: Vec<bases::import::Line>,
}

/// Runs all subjects, writes the file and says whether every target was met.
pub async fn run(cluster: &Cluster, file: &Path) -> Outcome<bool> {
    let all = Everything {
        append: told("append", append::run(cluster).await?)?,
        nodes: told("nodes", nodes::run(cluster).await?)?,
        load: told("load", load::run(cluster).await?)?,
        snapshot: told("snapshot", snapshot::run(cluster, FOREIGN_SNAPSHOT_HELD).await?)?,
        growth: told("growth", growth::run(cluster).await?)?,
        http: told("http", http::run(cluster).await?)?,
        lag: told("lag", lag::run(cluster).await?)?,
        sse: told("sse", sse::run(cluster).await?)?,
        relay: told("relay", relay::run(cluster).await?)?,
        work: told("work", work::run(cluster).await?)?,
        rebuild: told("rebuild", rebuild::run(cluster).await?)?,
        transfer: told("transfer", transfer::run(cluster).await?)?,
        login: told("login", login::run(cluster).await?)?,
        upkeep: told("upkeep", upkeep::run(cluster, UPKEEP).await?)?,
        formulas: told("formulas", bases::formulas::run()?)?,
        stand_in: told("stand_in", bases::stand_in::run().await?)?,
        records: told("records", bases::records::run(cluster).await?)?,
        import: told("import", bases::import::run(cluster).await?)?,
    };
    let targets = targets::of(&all);
    std::fs::write(file, page(&machine::describe(cluster).await?, &targets, &sections(&all)?)?)?;
    targets.iter().filter(|target| !target.is_met()).for_each(|target| eprintln!("missed: {target}"));
    Ok(targets.iter().all(Target::is_met))
}

/// Runs the subjects of bases, and puts what they came to in place of what the file says of them.
pub async fn run_bases(cluster: &Cluster, file: &Path) -> Outcome<bool> {
    let bases = Everything {
        formulas: told("formulas", bases::formulas::run()?)?,
        stand_in: told("stand_in", bases::stand_in::run().await?)?,
        records: told("records", bases::records::run(cluster).await?)?,
        import: told("import", bases::import::run(cluster).await?)?,
        ..Everything::default()
    };
    let mut targets = targets::of(&bases);
    targets.retain(|target| !target.measured.is_nan());
    let sections = sections(&bases)?.into_iter().filter(|section| !section.lines.is_empty());
    let page = merge::merged(&std::fs::read_to_string(file)?, &targets, sections)?;
    std::fs::write(file, page)?;
    targets.iter().filter(|target| !target.is_met()).for_each(|target| eprintln!("missed: {target}"));
    Ok(targets.iter().all(Target::is_met))
}

fn told<T: Serialize>(subject: &str, lines: Vec<T>) -> Outcome<Vec<T>> {
    for line in &lines {
        eprintln!("{subject} {}", serde_json::to_string(line)?);
    }
    Ok(lines)
}

fn sections(all: &Everything) -> Outcome<Vec<Section>> {
    Ok(vec![
        section("Commands per second, against the floor (`append`)", &all.append)?,
        section("Two processes against one (`nodes`)", &all.nodes)?,
        section("Loading aggregates of 50 events (`load`)", &all.load)?,
        section("Under a foreign snapshot (`snapshot`)", &all.snapshot)?,
        section("Ten million events against a hundred thousand (`growth`)", &all.growth)?,
        section("Commands per second over HTTP, against the executor (`http`)", &all.http)?,
        section("From a command to its row at 1,000 commands a second (`lag`)", &all.lag)?,
        section("From a command to the last of 1,000 clients (`sse`)", &all.sse)?,
        section("Relaying a backlog, against the same messages from memory (`relay`)", &all.relay)?,
        section(
            "Work that needs nothing done, and from a commit to the start of its work (`work`)",
            &all.work,
        )?,
        section(
            "A read model made anew from a million events, alone and beside 500 commands a second (`rebuild`)",
            &all.rebuild,
        )?,
        section(
            "A log of a million events into files and back, against COPY of the same rows (`transfer`)",
            &all.transfer,
        )?,
        section("Signing in, against bare password hashing (`login`)", &all.login)?,
        section(
            "People erased, keys changed and everything checked, beside 500 commands a second (`upkeep`)",
            &all.upkeep,
        )?,
        section("A formula of ten operators over 50,000 records (`formulas`)", &all.formulas)?,
        section("Pages of 100 records from the stand-in for Airtable (`stand-in`)", &all.stand_in)?,
        section(
            "Records of a base with 50,000 of them, against the same rows through sqlx (`records`)",
            &all.records,
        )?,
        section("A base of Airtable, until its records can be read here (`import`)", &all.import)?,
    ])
}

fn section<T: Serialize>(title: &'static str, lines: &[T]) -> Outcome<Section> {
    let lines = lines.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    Ok(Section { title, lines })
}

fn page(machine: &str, targets: &[Target], sections: &[Section]) -> Outcome<String> {
    let mut page = String::from(
        "# Results\n\nWritten by `make bench`; do not edit. Trust the ratios: both sides of each were measured in turn, in one\nrun, and absolute times mean nothing on a shared machine. `make bench SUBJECT=bases` measures the subjects of bases\nalone and leaves the others as they were measured before.\n\n",
    );
    writeln!(page, "{machine}\n\n## Targets\n\n| target | measured | |\n|---|---|---|")?;
    for target in targets {
        writeln!(page, "{}", row(target))?;
    }
    for section in sections {
        writeln!(page, "\n{}", written(section)?)?;
    }
    writeln!(page, "\n{BOTTLENECK_TITLE}\n\n{NEXT_BOTTLENECK}")?;
    Ok(page)
}

fn row(target: &Target) -> String {
    let word = if target.is_met() { "met" } else { "**missed**" };
    format!("| {} {} | {:.2} | {word} |", target.what, target.bound(), target.measured)
}

/// Without a line break at its end.
fn written(section: &Section) -> Outcome<String> {
    let mut text = format!("## {}\n\n", section.title);
    table(&mut text, &section.lines)?;
    Ok(text.trim_end().to_owned())
}

fn table(page: &mut String, lines: &[Value]) -> Outcome<()> {
    let Some(first) = lines.first().and_then(Value::as_object) else { return Ok(()) };
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    writeln!(page, "| {} |\n|{}", names.join(" | "), "---|".repeat(names.len()))?;
    for line in lines {
        let cells: Vec<String> = names.iter().map(|name| cell(&line[*name])).collect();
        writeln!(page, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            if number < 100.0 { format!("{number:.2}") } else { format!("{number:.0}") }
        }
        other => other.to_string(),
    }
}
