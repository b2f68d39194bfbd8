//! Read models in words.

use ::projections::runtime::rebuild::Seen;

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
