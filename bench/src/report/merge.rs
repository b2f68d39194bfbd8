//! What was measured anew, in place of what a page says of it; whatever else the page says stays.

use super::{BOTTLENECK_TITLE, NEXT_BOTTLENECK, Section, Target, row, written};
use crate::Outcome;

const BREAK: &str = "\n## ";
const TARGETS: &str = "Targets\n";

pub fn merged(page: &str, targets: &[Target], sections: impl Iterator<Item = Section>) -> Outcome<String> {
    let mut parts: Vec<String> = page.split(BREAK).map(|part| part.trim_end().to_owned()).collect();
    // It is said last, and anew.
    let bottleneck = BOTTLENECK_TITLE.trim_start_matches("## ");
    parts.retain(|part| !part.starts_with(bottleneck));
    let of_targets =
        parts.iter_mut().find(|part| part.starts_with(TARGETS)).ok_or("no targets on the page")?;
    for target in targets {
        put_row(of_targets, target);
    }
    for section in sections {
        let text = written(&section)?.trim_start_matches("## ").to_owned();
        match parts.iter_mut().find(|part| part.lines().next() == Some(section.title)) {
            Some(part) => *part = text,
            None => parts.push(text),
        }
    }
    parts.push(format!("{bottleneck}\n\n{NEXT_BOTTLENECK}"));
    Ok(parts.join(&format!("\n{BREAK}")) + "\n")
}

fn put_row(table: &mut String, target: &Target) {
    let beginning = format!("| {} {} |", target.what, target.bound());
    let rows = table.lines().map(str::to_owned);
    let is_known = table.contains(&beginning);
    let mut rows: Vec<_> =
        rows.map(|line| if line.starts_with(&beginning) { row(target) } else { line }).collect();
    if !is_known {
        rows.push(row(target));
    }
    *table = rows.join("\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_anew_takes_the_place_of_what_was_said() {
        let page = "# Results\n\nTrust.\n\n## Targets\n\n| target | measured | |\n|---|---|---|\n\
                    | old \u{2265} 1 | 2.00 | met |\n| new \u{2265} 3 | 1.00 | **missed** |\n\n## One\n\n| a |\n\n## Two\n\n| b |\n\n\
                    ## The next bottleneck\n\nWhatever.\n";
        let targets = [Target::at_least("new", 3.0, 4.0), Target::at_least("newest", 1.0, 0.5)];
        let lines = vec![serde_json::json!({ "case": "x" })];
        let merged = merged(page, &targets, [Section { title: "Two", lines }].into_iter()).unwrap();
        for kept in ["| old \u{2265} 1 | 2.00 | met |", "## One\n\n| a |", "Trust."] {
            assert!(merged.contains(kept), "{merged}");
        }
        for anew in [
            "| new \u{2265} 3 | 4.00 | met |",
            "| newest \u{2265} 1 | 0.50 | **missed** |",
            "## Two\n\n| case |\n|---|\n| x |",
        ] {
            assert!(merged.contains(anew), "{merged}");
        }
        assert!(!merged.contains("| b |") && !merged.contains("Whatever."), "{merged}");
    }
}
