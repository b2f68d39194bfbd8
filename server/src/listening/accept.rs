//! Takes connections in, for as long as the process serves: nothing that goes wrong with one ends the loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};

use super::connection;
use super::places::Places;
use super::registry::Registry;

/// After an error that concerns the whole process, such as too many open files: others have to end first.
const PAUSE: Duration = Duration::from_millis(500);

/// A whole answer, for those who cannot be served.
const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\n\
    content-length: 161\r\n\
    cache-control: no-store\r\n\
    x-content-type-options: nosniff\r\n\
    retry-after: 5\r\n\
    connection: close\r\n\r\n\
    {\"type\":\"/docs#problem-too_many_connections\",\"title\":\"Service Unavailable\",\"status\":503,\
    \"detail\":\"Too many connections from here.\",\"code\":\"too_many_connections\"}";

pub struct Acceptor {
    pub listener: TcpListener,
    pub router: Router,
    pub places: Places,
    pub registry: Arc<Registry>,
}

impl Acceptor {
    pub async fn run(self) {
        loop {
            // Before accepting, so that those for whom there is no place wait in the system's queue.
            let permit = self.places.free().await;
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    after_error(&error).await;
                    continue;
                }
            };
            match self.places.take(permit, peer.ip()) {
                Some(place) => self.serve(stream, peer, place),
                None => turn_away(&stream),
            }
        }
    }

    fn serve(&self, stream: TcpStream, peer: SocketAddr, place: super::places::Place) {
        let (router, registered) = (self.router.clone(), self.registry.register());
        tokio::spawn(async move {
            connection::serve(stream, peer, router, registered).await;
            drop(place);
        });
    }
}

/// Nobody waits for the answer to be taken: whoever floods us must not hold us up.
fn turn_away(stream: &TcpStream) {
    if let Err(error) = stream.try_write(TURNED_AWAY) {
        tracing::debug!(%error, "could not turn a connection away in words");
    }
}

async fn after_error(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    tracing::error!(%error, "cannot accept connections");
    tokio::time::sleep(PAUSE).await;
}

#[cfg(test)]
mod tests {
    use super::TURNED_AWAY;

    #[test]
    fn the_answer_to_those_turned_away_is_as_long_as_it_says() {
        let text = str::from_utf8(TURNED_AWAY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
