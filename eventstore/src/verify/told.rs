//! What was found, for programs and for people.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Verified;
use crate::chain::{Extent, Sound};
use crate::checkpoints::Compared;

#[derive(Debug, Serialize)]
pub struct Told {
    from: i64,
    sample: Option<i64>,
    /// What was walked, where it is sound.
    sound: Option<Walked>,
    checkpoints: Option<Checkpoints>,
    violations: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Walked {
    /// Up to here the chain was taken as it is.
    given: i64,
    last_position: i64,
    batches: i64,
    events: i64,
}

#[derive(Debug, Serialize)]
struct Checkpoints {
    file: PathBuf,
    agreeing: u64,
    last_position: Option<i64>,
    set_aside: u64,
    torn: bool,
}

impl Told {
    pub fn of(verified: &Verified, extent: Extent, file: &Path) -> Self {
        Self {
            from: extent.from,
            sample: extent.sample,
            sound: verified.walked.as_ref().ok().map(walked),
            checkpoints: verified.compared.as_ref().map(|compared| checkpoints(compared, file)),
            violations: verified.violations(),
        }
    }

    pub fn is_sound(&self) -> bool {
        self.violations.is_empty()
    }

    pub fn lines(&self) -> Vec<String> {
        let sound = self.sound.as_ref().map(|walked| self.line_of_walk(walked));
        let checkpoints = self.checkpoints.as_ref().map(Checkpoints::line);
        let violations = self.violations.iter().map(|violation| format!("Broken: {violation}."));
        sound.into_iter().chain(checkpoints).chain(violations).collect()
    }

    fn line_of_walk(&self, walked: &Walked) -> String {
        let Walked { given, last_position, batches, events } = walked;
        match (self.sample, given) {
            (Some(_), _) => format!(
                "{batches} batches with {events} events, drawn from position {} to {last_position}, are sound.",
                self.from
            ),
            (None, 0) => format!("All {events} events in {batches} batches are sound."),
            (None, _) => format!(
                "{events} events in {batches} batches, from position {} to {last_position}, are sound. The chain up to \
                 position {given} was taken as it is.",
                given + 1
            ),
        }
    }
}

impl Checkpoints {
    fn line(&self) -> String {
        let Self { file, agreeing, last_position, .. } = self;
        let last = last_position.map_or_else(String::new, |last| format!(", the last at position {last}"));
        format!("{agreeing} checkpoints of {} agree with the log{last}.", file.display())
    }
}

fn walked(sound: &Sound) -> Walked {
    Walked { given: sound.given, last_position: sound.last, batches: sound.batches, events: sound.events }
}

fn checkpoints(compared: &Compared, file: &Path) -> Checkpoints {
    Checkpoints {
        file: file.to_owned(),
        agreeing: compared.agreeing,
        last_position: compared.last.as_ref().map(|last| last.position),
        set_aside: compared.set_aside,
        torn: compared.is_torn,
    }
}

/// What is no violation and should be known.
pub fn remarks(compared: Option<&Compared>, file: &Path) -> Vec<String> {
    let file = file.display();
    let Some(compared) = compared else {
        return vec![format!(
            "there are no signed checkpoints at {file}: a log that was cut off or written anew looks sound"
        )];
    };
    let torn = compared.is_torn.then(|| format!("the last line of {file} is torn and is left out"));
    let set_aside = (compared.set_aside > 0).then(|| {
        format!(
            "{} checkpoints are of earlier incarnations, beyond what the log shares with them, and are not held against it",
            compared.set_aside
        )
    });
    torn.into_iter().chain(set_aside).collect()
}
