//! The scribe at work on a thread of its own, and the way to it.

use std::io;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::ExportOptions;
use super::scribe::{Piece, Scope, Scribe, ScribeFault, Written};

/// Pieces that wait for the scribe.
const HANDED_AHEAD: usize = 3;

pub struct Hand {
    pieces: mpsc::Sender<Piece>,
    scribe: JoinHandle<Result<Written, ScribeFault>>,
}

impl Hand {
    pub fn begin(options: &ExportOptions) -> Self {
        let scope = if options.tenant.is_some() { Scope::OneTenant } else { Scope::Whole };
        let scribe = Scribe::new(options.folder.clone(), options.segment_bytes, scope);
        let (pieces, handed) = mpsc::channel(HANDED_AHEAD);
        Self { pieces, scribe: tokio::task::spawn_blocking(move || scribe.work(handed)) }
    }

    /// The scribe has gone away when it takes nothing, and `end` says why.
    pub async fn over(&self, piece: Piece) -> Result<(), ScribeFault> {
        self.pieces.send(piece).await.map_err(|_| ScribeFault::File(io::ErrorKind::BrokenPipe.into()))
    }

    pub async fn end(self) -> Result<Written, ScribeFault> {
        drop(self.pieces);
        self.scribe.await.unwrap_or_else(|error| Err(ScribeFault::File(io::Error::other(error))))
    }
}
