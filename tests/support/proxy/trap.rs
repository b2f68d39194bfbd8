//! A fault that waits for its moment.

use std::time::Duration;

use tokio::sync::oneshot;

use super::frontend::Piece;

/// When a connection is cut, seen from one call of the watched statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The server never hears of the call.
    BeforeTheCall,
    /// The server has had so long to carry out the call, and is not told to commit it.
    BeforeItsCommit(Duration),
    /// The server was told to commit so long ago; nobody hears its answer.
    AfterItsCommit(Duration),
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// As when a machine answers for another that is gone: RST.
    Reset,
    /// As when a process ends: FIN.
    Close,
    /// As when a cable is pulled: nothing more comes or goes, and nobody is told.
    Silence,
}

pub(super) struct Trap {
    pub moment: Moment,
    pub cut: Cut,
    /// Calls that pass before it springs.
    pub spared: u64,
    pub sprung: oneshot::Sender<()>,
}

impl Moment {
    /// The piece of a call at which the connection stops forwarding.
    pub(super) fn last_piece(self) -> Piece {
        match self {
            Moment::BeforeTheCall => Piece::Call,
            Moment::BeforeItsCommit(_) | Moment::AfterItsCommit(_) => Piece::Commit,
        }
    }

    pub(super) fn is_after_commit(self) -> bool {
        matches!(self, Moment::AfterItsCommit(_))
    }

    /// Time between that piece and the cut.
    pub(super) fn delay(self) -> Duration {
        match self {
            Moment::BeforeTheCall => Duration::ZERO,
            Moment::BeforeItsCommit(delay) | Moment::AfterItsCommit(delay) => delay,
        }
    }
}
