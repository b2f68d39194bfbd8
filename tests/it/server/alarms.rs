//! Every alarm has a runbook where it says, under its name, and no runbook is left of an alarm that is gone.

use std::collections::BTreeSet;
use std::path::Path;

use eventstore::alarms::Alarm;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project")
}

/// Headings of the second rank that look like the name of an alarm.
fn runbooks() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for page in std::fs::read_dir(root().join("docs/operations")).expect("the pages") {
        let path = page.expect("a page").path();
        let text = std::fs::read_to_string(&path).expect("a page is text");
        let name = format!("docs/operations/{}", path.file_name().expect("a name").display());
        let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
        let alarms = headings.filter(|heading| heading.contains('_') && !heading.contains(' '));
        found.extend(alarms.map(|alarm| (name.clone(), alarm.trim_matches('`').to_owned())));
    }
    found
}

#[test]
fn alarms_and_runbooks_name_each_other() {
    let alarms: BTreeSet<(String, String)> =
        Alarm::ALL.iter().map(|alarm| (alarm.runbook().to_owned(), alarm.name().to_owned())).collect();
    assert_eq!(alarms, runbooks());
    assert!(Alarm::ALL.iter().all(|alarm| !alarm.condition().is_empty()));
}
