//! Read models in words.

use ::projections::runtime::rebuild::{Compared, Difference, Kind, Rebuilt, Seen, Verified};

pub fn versions(seen: &[Seen]) -> Vec<Vec<String>> {
    let title = ["NAME", "VERSION", "STATE", "POSITION", "LAG", "SET ASIDE", "WRITTEN"];
    let row = |each: &Seen| {
        vec![
            each.name.clone(),
            each.version.to_string(),
            each.state.name().to_owned(),
            each.position.to_string(),
            each.lag.to_string(),
            each.parked_keys.to_string(),
            if each.written { "yes" } else { "no" }.to_owned(),
        ]
    };
    std::iter::once(title.map(String::from).to_vec()).chain(seen.iter().map(row)).collect()
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
