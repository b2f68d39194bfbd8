//! Holds the log against the journal: nothing acknowledged is missing, nothing is there twice or in part, and
//! nothing is there that nobody asked for.

mod history;
mod written;

use std::collections::HashMap;

use sqlx::Connection;
use support::{database, log};

use crate::journal::{Entry, Journal, Receipted};
use history::History;
use written::Written;

/// What the log holds, by the keys of the journal.
pub struct Findings {
    found: HashMap<String, Receipted>,
}

impl Findings {
    /// The receipt that a retry must get, for what is in the log.
    pub fn receipt(&self, key: &str) -> Option<&Receipted> {
        self.found.get(key)
    }

    pub fn events(&self) -> usize {
        self.found.values().map(|receipt| receipt.event_ids.len()).sum()
    }
}

/// Panics at the first thing that is not as the journal says. Nobody writes meanwhile.
pub async fn audit(url: &str, journal: &Journal) -> Findings {
    log::verify(url).await;
    let mut observer = database::superuser(url).await;
    let mut history = History::default();
    let mut found = HashMap::new();
    for written in written::read(&mut observer).await {
        let key = journal.key_of(written.command);
        let key = key.unwrap_or_else(|| panic!("nobody asked for {written:?}"));
        let entry = journal.entry(&key);
        assert!(
            !entry.refused && (entry.is_acknowledged() || entry.may_be_written),
            "{key} is in the log, and no attempt can have written it: {entry:?}"
        );
        history.add(&key, &entry.task, &written);
        let twice = found.insert(key, written.receipt());
        assert!(twice.is_none(), "in the log twice: {twice:?}");
    }
    history.agrees_with_the_tables(&mut observer).await;
    observer.close().await.expect("the observer leaves");
    acknowledged_are_found(journal, &found);
    Findings { found }
}

fn acknowledged_are_found(journal: &Journal, found: &HashMap<String, Receipted>) {
    for key in journal.keys(Entry::is_acknowledged) {
        let receipt = journal.entry(&key).receipt.expect("it was acknowledged");
        let in_the_log = found.get(&key).unwrap_or_else(|| panic!("{key} is lost"));
        let acknowledged = Receipted { replayed: true, ..receipt };
        assert_eq!(*in_the_log, acknowledged, "{key} is in the log as it was acknowledged");
    }
}
