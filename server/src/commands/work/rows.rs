//! Work and its groups as rows of a table.

use eventstore::work::{Group, OfAKind, Piece};
use jiff::Timestamp;

pub fn of_pieces(pieces: &[Piece]) -> Vec<Vec<String>> {
    let title = ["WORK", "STATE", "TENANT", "KEY", "ATTEMPT", "OWED SINCE", "CLASS", "REASON"];
    let row = |piece: &Piece| {
        vec![
            piece.claim.clone(),
            piece.state.clone(),
            piece.tenant.clone(),
            piece.key.clone(),
            piece.attempt.to_string(),
            time(Some(piece.created_at)),
            piece.class.clone().unwrap_or_default(),
            first_line(piece.reason.as_deref()),
        ]
    };
    std::iter::once(title.map(String::from).to_vec()).chain(pieces.iter().map(row)).collect()
}

pub fn of_groups(groups: &[Group]) -> Vec<Vec<String>> {
    let title = [
        "GROUP",
        "WORKER",
        "CLASS",
        "PARKED",
        "UNKNOWN",
        "LATER",
        "FIRST SEEN",
        "LAST SEEN",
        "EXAMPLE",
        "SAID",
    ];
    let row = |group: &Group| {
        vec![
            group.group.clone(),
            group.worker.clone(),
            group.class.clone(),
            group.parked.to_string(),
            group.unknown.to_string(),
            group.later.to_string(),
            time(group.first_seen),
            time(group.last_seen),
            group.example.clone(),
            group.said.clone(),
        ]
    };
    std::iter::once(title.map(String::from).to_vec()).chain(groups.iter().map(row)).collect()
}

pub fn of_kinds(kinds: &[OfAKind]) -> Vec<Vec<String>> {
    let title = ["WORKER", "STATE", "CLASS", "PIECES", "EXAMPLE", "SAID"];
    let row = |kind: &OfAKind| {
        vec![
            kind.worker.clone(),
            kind.state.clone(),
            kind.class.clone(),
            kind.pieces.to_string(),
            kind.example.clone(),
            kind.said.clone(),
        ]
    };
    std::iter::once(title.map(String::from).to_vec()).chain(kinds.iter().map(row)).collect()
}

/// To the second: that is enough to look at.
pub fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

pub fn first_line(said: Option<&str>) -> String {
    said.and_then(|said| said.lines().next()).unwrap_or_default().to_owned()
}
