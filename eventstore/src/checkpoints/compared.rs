//! What the checkpoints of a file came to: the first place of each kind where log and file differ.

use jiff::Timestamp;
use uuid::Uuid;

use super::line::{Checkpoint, Unsigned};

/// Bad lines that are told; there may be more.
const LINES_TOLD_MAX: usize = 20;

/// How the log, or the file, is not what was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("position {position} is not what was signed at {signed_at}")]
    Rewritten { position: i64, signed_at: Timestamp },
    #[error("the log ends at {head}, a checkpoint was signed at {position} ({signed_at})")]
    CutOff { head: i64, position: i64, signed_at: Timestamp },
    #[error(
        "the log knows no incarnation {incarnation}, of which position {position} was signed at {signed_at}"
    )]
    Unknown { incarnation: Uuid, position: i64, signed_at: Timestamp },
    #[error("line {number} of the checkpoints {unsigned}")]
    Line { number: u64, unsigned: Unsigned },
}

#[derive(Debug, Default)]
pub struct Compared {
    /// Checkpoints that are as the log is.
    pub agreeing: u64,
    /// The furthest of them.
    pub last: Option<Checkpoint>,
    /// Those of an earlier incarnation, beyond what the log shares with it.
    pub set_aside: u64,
    /// The last line is not whole, as a process leaves it that ends while it writes.
    pub is_torn: bool,
    rewritten: Option<Checkpoint>,
    cut_off: Option<(i64, Checkpoint)>,
    unknown: Option<Checkpoint>,
    lines: Vec<Violation>,
}

impl Compared {
    pub fn violations(&self) -> Vec<Violation> {
        let rewritten = self
            .rewritten
            .iter()
            .map(|signed| Violation::Rewritten { position: signed.position, signed_at: signed.signed_at });
        let cut_off = self.cut_off.iter().map(|(head, signed)| Violation::CutOff {
            head: *head,
            position: signed.position,
            signed_at: signed.signed_at,
        });
        let unknown = self.unknown.iter().map(|signed| Violation::Unknown {
            incarnation: signed.incarnation,
            position: signed.position,
            signed_at: signed.signed_at,
        });
        rewritten.chain(cut_off).chain(unknown).chain(self.lines.iter().cloned()).collect()
    }

    pub(super) fn note_compared(&mut self, checkpoint: Checkpoint, agrees: bool) {
        if !agrees {
            let is_first = self.rewritten.as_ref().is_none_or(|first| checkpoint.position < first.position);
            if is_first {
                self.rewritten = Some(checkpoint);
            }
            return;
        }
        self.agreeing += 1;
        if self.last.as_ref().is_none_or(|last| checkpoint.position > last.position) {
            self.last = Some(checkpoint);
        }
    }

    /// The furthest says how much is gone at least.
    pub(super) fn note_cut_off(&mut self, head: i64, checkpoint: &Checkpoint) {
        if self.cut_off.as_ref().is_none_or(|(_, furthest)| checkpoint.position > furthest.position) {
            self.cut_off = Some((head, checkpoint.clone()));
        }
    }

    pub(super) fn note_unknown(&mut self, checkpoint: &Checkpoint) {
        self.unknown.get_or_insert_with(|| checkpoint.clone());
    }

    pub(super) fn note_line(&mut self, number: u64, unsigned: Unsigned) {
        if self.lines.len() < LINES_TOLD_MAX {
            self.lines.push(Violation::Line { number, unsigned });
        }
    }
}
