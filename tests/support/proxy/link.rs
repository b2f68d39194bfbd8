//! One connection through the proxy.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;

use super::frontend::{Frontend, Piece};
use super::talk::Talk;
use super::trap::{Cut, Trap};
use super::{Faults, Spoken, WATCHED};

const CHUNK_BYTES: usize = 64 * 1024;

pub(super) struct Link {
    faults: Arc<Faults>,
    /// While a call is under way that must not be answered.
    muted: watch::Sender<bool>,
}

impl Link {
    pub fn new(faults: Arc<Faults>) -> Self {
        Self { faults, muted: watch::channel(false).0 }
    }

    /// Forwards until an end closes or a fault cuts it.
    pub async fn run(self, mut client: TcpStream, mut server: TcpStream) {
        let mut cut_all = self.faults.cut.subscribe();
        // As without a proxy: what is written is sent.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let cut = tokio::select! {
            cut = self.questions(from_client, to_server) => cut.unwrap_or(Cut::Close),
            _ = self.answers(from_server, to_client) => Cut::Close,
            cut = cut_all.recv() => cut.unwrap_or(Cut::Close),
        };
        match cut {
            Cut::Close => {}
            Cut::Reset => {
                let _ = (client.set_zero_linger(), server.set_zero_linger());
            }
            Cut::Silence => swallow(&mut client).await,
        }
    }

    async fn questions(&self, mut client: ReadHalf<'_>, mut server: WriteHalf<'_>) -> io::Result<Cut> {
        let (mut frontend, mut talk) = (Frontend::watching(WATCHED), Talk::default());
        let mut trap = None;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let length = client.read(&mut chunk).await?;
            if length == 0 {
                return Ok(Cut::Close);
            }
            let pieces = match self.faults.spoken {
                Spoken::Postgres => frontend.take(&chunk[..length]),
                Spoken::Nats => vec![(Piece::Other, self.faults.disorder.pass(&mut talk, &chunk[..length]))],
            };
            for (piece, bytes) in pieces {
                if piece == Piece::Call {
                    trap = self.faults.trap_for_a_call();
                }
                self.thawed().await;
                if let Some(cut) = self.forward(piece, &bytes, &mut server, &mut trap).await? {
                    return Ok(cut);
                }
            }
        }
    }

    /// Forwards a piece, and says how the connection ends when a trap has sprung.
    async fn forward(
        &self,
        piece: Piece,
        bytes: &[u8],
        server: &mut WriteHalf<'_>,
        trap: &mut Option<Trap>,
    ) -> io::Result<Option<Cut>> {
        let Some(sprung) = trap.take_if(|trap| trap.moment.last_piece() == piece) else {
            server.write_all(bytes).await?;
            return Ok(None);
        };
        if sprung.moment.is_after_commit() {
            self.muted.send_replace(true);
            server.write_all(bytes).await?;
        }
        tokio::time::sleep(sprung.moment.delay()).await;
        // Whoever set the trap may have left.
        let _ = sprung.sprung.send(());
        Ok(Some(sprung.cut))
    }

    async fn answers(&self, mut server: ReadHalf<'_>, mut client: WriteHalf<'_>) -> io::Result<()> {
        let mut talk = Talk::default();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let length = server.read(&mut chunk).await?;
            if length == 0 {
                return Ok(());
            }
            self.thawed().await;
            let delay = *self.faults.delay.borrow();
            tokio::time::sleep(delay).await;
            let mut muted = self.muted.subscribe();
            let _ = muted.wait_for(|muted| !muted).await;
            match self.faults.spoken {
                Spoken::Postgres => client.write_all(&chunk[..length]).await?,
                Spoken::Nats => {
                    client.write_all(&self.faults.disorder.pass(&mut talk, &chunk[..length])).await?;
                }
            }
        }
    }

    async fn thawed(&self) {
        let mut frozen = self.faults.frozen.subscribe();
        let _ = frozen.wait_for(|frozen| !frozen).await;
    }
}

/// Reads on until the client gives up, so that it is not the proxy that ends the connection.
async fn swallow(client: &mut TcpStream) {
    let mut chunk = vec![0; CHUNK_BYTES];
    while matches!(client.read(&mut chunk).await, Ok(length) if length > 0) {}
}
