//! Requests of our own: pings to receivers, and files that cells name. To this machine only, unless a knob says otherwise,
//! and without encryption: what is stood in for here is tried out on one machine.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};

#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    #[error("only http:// is spoken here")]
    Scheme,
    #[error("the address is not one of this machine, and the knob that lets others is off")]
    Elsewhere,
    #[error("it took too long")]
    Slow,
    #[error("the answer is too long, or broke off")]
    Body,
    #[error("there was no connection: {0}")]
    Connection(#[from] std::io::Error),
    #[error("there was no answer: {0}")]
    Exchange(#[from] hyper::Error),
}

/// How far a request may go.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub anywhere: bool,
    pub time: Duration,
    pub bytes: usize,
}

pub async fn send(mut request: Request<Full<Bytes>>, bounds: Bounds) -> Result<Response<Bytes>, Unreached> {
    let exchange = async {
        let address = resolve(request.uri(), bounds.anywhere).await?;
        let host = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        if let Some(host) = host {
            request.headers_mut().insert(HOST, host);
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).parse::<Uri>();
        *request.uri_mut() = path.map_err(|_| Unreached::Scheme)?;
        ask(address, request, bounds.bytes).await
    };
    tokio::time::timeout(bounds.time, exchange).await.map_err(|_| Unreached::Slow)?
}

async fn ask(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
    bytes: usize,
) -> Result<Response<Bytes>, Unreached> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the exchange; what goes wrong with it is seen there.
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, bytes).collect().await.map_err(|_| Unreached::Body)?;
    connection.abort();
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// The address that is asked is the one that was looked at.
async fn resolve(uri: &Uri, anywhere: bool) -> Result<SocketAddr, Unreached> {
    let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or(Unreached::Scheme)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut found = lookup_host((host, uri.port_u16().unwrap_or(80))).await?;
    let allowed = |address: &SocketAddr| anywhere || is_loopback(address.ip());
    found.find(allowed).ok_or(Unreached::Elsewhere)
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
