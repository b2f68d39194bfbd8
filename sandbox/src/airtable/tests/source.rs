//! A web server that files are fetched from.

use std::convert::Infallible;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Of 6 pixels by 4; nothing follows its head.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x06\0\0\0\x04\x08\x02\0\0\0";

/// It ends when it is let go.
pub struct Source {
    pub address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Source {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
                tokio::spawn(connection);
            }
        });
        Self { address, server }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = Response::builder();
    let path = request.uri().path();
    let answer = match path.rsplit_once('/').unwrap_or_default().1 {
        "hull%20plan.png" => answer.header(CONTENT_TYPE, "image/png; q=1").body(PNG.into()),
        "plain.txt" => answer.header(CONTENT_TYPE, "text/plain").body("Plain".into()),
        "large" => answer.body(vec![0; (5 << 20) + 1].into()),
        // `/3/away` leads three times away before there is something.
        "away" => {
            let left: usize = path[1..2].parse().unwrap();
            let to = if left > 1 { format!("/{}/away", left - 1) } else { "/plain.txt".into() };
            answer.status(302).header(LOCATION, to).body(Full::default())
        }
        _ => answer.status(404).body("Nothing".into()),
    };
    Ok(answer.unwrap())
}
