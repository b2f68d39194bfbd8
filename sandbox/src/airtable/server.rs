//! Accepting connections and serving them until it is told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::app::App;
use super::attachments;
use super::edge::{Dropped, pass};
use super::pings;

/// Connections end with the future, whatever they are at.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let mut connections = JoinSet::new();
    let mut background = JoinSet::new();
    background.spawn(pings::send(Arc::clone(&app)));
    background.spawn(attachments::fetch_all(Arc::clone(&app)));
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(Arc::clone(&app), address, stream));
                }
                // Too many files, or a peer that is gone already: the next one may fare better.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(app: Arc<App>, address: SocketAddr, stream: TcpStream) {
    // Answers are small and whole: there is nothing to be gathered.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        async move {
            let origin = format!("http://{address}");
            pass(app, origin, request).await as Result<Response<Full<Bytes>>, Dropped>
        }
    });
    let mut http = http1::Builder::new();
    let connection = http.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}
