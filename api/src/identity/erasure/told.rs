//! What an erasure came to, for people and for the log.

use domain::operations::operation::Outcome;
use eventstore::erasure::Place;
use eventstore::operations::Came;
use serde::Serialize;

use super::Erased;

/// What was done, and everything that was looked through afterwards.
#[derive(Debug, Serialize)]
pub struct Told {
    pub erased: Vec<Erased>,
    pub places: Vec<Place>,
}

impl Told {
    pub fn is_clean(&self) -> bool {
        self.places.iter().all(|place| place.found == 0)
    }
}

/// As it is written down.
pub fn came(outcome: Result<&Told, &str>) -> Came {
    let told = match outcome {
        Ok(told) => told,
        Err(why) => return Came { outcome: Outcome::Failed, count: 0, detail: why.to_owned() },
    };
    let found: i64 = told.places.iter().map(|place| place.found).sum();
    let looked_at: i64 = told.places.iter().map(|place| place.looked_at).sum();
    let lines: Vec<String> = told.erased.iter().flat_map(Erased::lines).collect();
    Came {
        outcome: if told.is_clean() { Outcome::Done } else { Outcome::Partial },
        count: told.erased.iter().map(|each| each.keys).sum(),
        detail: format!("{} {looked_at} rows and messages looked at, {found} found", lines.join(" ")),
    }
}

impl Erased {
    pub fn lines(&self) -> Vec<String> {
        let Self { subject, keys, sessions, passwords, api_keys, names, invitations, tenants_left, .. } =
            self;
        let mut lines = vec![format!(
            "{subject}: {keys} keys destroyed; {sessions} sessions, {passwords} passwords and {api_keys} API keys ended; \
             {names} names are free; {invitations} invitations revoked; {tenants_left} tenants left."
        )];
        let owned = self.still_owner_of.iter();
        lines.extend(
            owned.map(|tenant| format!("{subject} is the last owner of {tenant}, and stays it by this id.")),
        );
        lines
    }
}
