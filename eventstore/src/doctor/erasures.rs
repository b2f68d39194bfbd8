//! The ledger of erasures against the keys of people.

use std::path::Path;

use super::Finding;
use crate::chain_of;
use crate::erasure::{ShredFailed, Standing, standing};
use crate::keys::{self, KeyFault};

const CHECK: &str = "erasures";
const WITHOUT_KEY: &str = "the ledger cannot be held against the log without the key that signs it";
const RUNBOOK: &str = "see docs/operations/erase-a-person.md";
/// Of those that are named.
const TOLD_MAX: usize = 5;

pub async fn examine_erasures(database_url: &str, keys_dir: &Path, ledger: &Path) -> Finding {
    let seed = match keys::checkpoint_signing(keys_dir) {
        Ok(seed) => seed,
        // Whether it is lost, or never came here, is told of the keys.
        Err(KeyFault::Missing { .. }) => {
            return Finding::warn(CHECK, WITHOUT_KEY, "see what is said of the keys");
        }
        Err(fault) => return Finding::unknown(CHECK, chain_of(&fault)),
    };
    match standing(database_url, ledger, &seed).await {
        Ok(standing) => judge(&standing),
        Err(fault @ ShredFailed::Ledger(_)) => Finding::fail(CHECK, chain_of(&fault), RUNBOOK),
        Err(fault) => Finding::unknown(CHECK, chain_of(&fault)),
    }
}

fn judge(standing: &Standing) -> Finding {
    let named = |ids: &[domain::personal::SubjectId]| {
        let first: Vec<&str> = ids.iter().take(TOLD_MAX).map(|id| id.as_str()).collect();
        format!("{}: {}", ids.len(), first.join(", "))
    };
    if !standing.alive.is_empty() {
        let detail = format!("erased, and their keys are there: {}", named(&standing.alive));
        return Finding::fail(CHECK, detail, format!("airtide erase --reapply; {RUNBOOK}"));
    }
    if !standing.unnamed.is_empty() {
        let detail = format!("erased, and not in the ledger: {}", named(&standing.unnamed));
        return Finding::warn(CHECK, detail, RUNBOOK);
    }
    Finding::ok(CHECK, format!("{} in the ledger, and no key of theirs", standing.named))
}

#[cfg(test)]
mod tests {
    use domain::personal::SubjectId;

    use super::super::State;
    use super::*;

    #[test]
    fn a_key_that_should_be_gone_is_red_and_a_ledger_that_lacks_somebody_yellow() {
        let ana = || vec![SubjectId::new("usr_ana").unwrap()];
        let alive = judge(&Standing { named: 1, alive: ana(), unnamed: ana() });
        assert_eq!(alive.state, State::Fail);
        assert!(alive.detail.contains("usr_ana"), "{}", alive.detail);
        assert_eq!(judge(&Standing { unnamed: ana(), ..Standing::default() }).state, State::Warn);
        assert_eq!(judge(&Standing::default()).state, State::Ok);
    }
}
