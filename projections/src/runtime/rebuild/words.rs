//! What making a read model anew came to, in words: for people, and for the operation that it was.

use domain::operations::operation::Outcome;
use eventstore::operations::Came;

use super::{Compared, Difference, Dropped, Kind, RebuildFailed, Rebuilt, Verified};

/// What an operation came to that made a read model anew.
pub fn came(outcome: &Result<Rebuilt, RebuildFailed>) -> Came {
    match outcome {
        Ok(rebuilt) => {
            let outcome = if rebuilt.holds() { Outcome::Done } else { Outcome::Failed };
            let detail = format!("{} {}", lines(rebuilt).join("\n"), next_step(rebuilt));
            Came { outcome, count: rebuilt.events.unsigned_abs(), detail }
        }
        Err(failed) => failure(failed),
    }
}

/// What an operation came to that dropped what is not in use.
pub fn came_of_dropping(outcome: &Result<Dropped, RebuildFailed>) -> Came {
    match outcome {
        Ok(dropped) => {
            let count = dropped.schemas.len() as u64;
            Came { outcome: Outcome::Done, count, detail: dropped.schemas.join(", ") }
        }
        Err(failed) => failure(failed),
    }
}

fn failure(failed: &RebuildFailed) -> Came {
    Came { outcome: Outcome::Failed, count: 0, detail: eventstore::chain_of(failed) }
}

/// Where the new rows are now.
pub fn next_step(rebuilt: &Rebuilt) -> &'static str {
    match (rebuilt.switched, rebuilt.holds()) {
        (true, _) => "It is in use now; the one before it lies beside until it is dropped.",
        (false, true) => "It lies beside the one in use.",
        (false, false) => "It lies beside the one in use, which stays.",
    }
}

/// What making a read model anew came to, a line each.
pub fn lines(rebuilt: &Rebuilt) -> Vec<String> {
    let Rebuilt { name, version, position, events, seconds, events_per_s, .. } = rebuilt;
    let mut lines = vec![format!(
        "Version {version} of {name} is made anew up to position {position}: {events} events in {seconds:.1} s, {events_per_s:.0} a second."
    )];
    lines.extend(rebuilt.verified.iter().flat_map(verified));
    lines
}

fn verified(verified: &Verified) -> Vec<String> {
    let Verified { position, version_in_use, tables } = verified;
    let rows: i64 = tables.iter().map(|table| table.rows).sum();
    let differing = verified.differing();
    let against = format!("version {version_in_use}, which is in use, at position {position}");
    if differing == 0 {
        return vec![format!("Its {rows} rows are those of {against}.")];
    }
    let mut lines = vec![format!("{differing} rows are not those of {against}:")];
    for table in tables {
        lines.extend(table.told.iter().map(|each| line(table, each)));
        let untold = table.differing - table.told.len() as i64;
        if untold > 0 {
            lines.push(format!("  {}: {untold} more", table.table));
        }
    }
    lines
}

fn line(table: &Compared, difference: &Difference) -> String {
    let key: Vec<String> = difference.key.iter().map(|(column, value)| format!("{column}={value}")).collect();
    let how = match difference.kind {
        Kind::OnlyInUse => "only in use".to_owned(),
        Kind::OnlyAnew => "only made anew".to_owned(),
        Kind::Differs => format!("differs in {}", difference.columns.join(", ")),
    };
    format!("  {} {}: {how}", table.table, key.join(" "))
}
