//! Getting the bytes that lie at an address: over plain HTTP, from this machine only unless a knob says otherwise.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST, LOCATION};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};

use crate::airtable::files::{BYTES_MAX, Full};

const REDIRECTS_MAX: usize = 3;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    #[error("a knob wants it to fail")]
    Unlucky,
    #[error("the address is none of plain HTTP")]
    NotHttp,
    #[error("the address is of another machine")]
    NotHere,
    #[error("the connection failed: {0}")]
    Connection(#[from] std::io::Error),
    #[error("the exchange failed: {0}")]
    Exchange(#[from] hyper::Error),
    #[error("the answer was {0}")]
    Refused(u16),
    #[error("there were too many redirects")]
    Redirects,
    #[error("the file is too large, or was not sent whole")]
    TooLarge,
    #[error(transparent)]
    Full(#[from] Full),
    #[error("it took too long")]
    TooSlow,
}

/// The bytes, and their type where it is said.
pub async fn download(url: &str, anywhere: bool) -> Result<(Bytes, Option<String>), NotFetched> {
    tokio::time::timeout(PATIENCE, follow(url, anywhere)).await.map_err(|_| NotFetched::TooSlow)?
}

async fn follow(url: &str, anywhere: bool) -> Result<(Bytes, Option<String>), NotFetched> {
    let mut url: Uri = url.parse().map_err(|_| NotFetched::NotHttp)?;
    for _ in 0..=REDIRECTS_MAX {
        let response = get(&url, anywhere).await?;
        let status = response.status();
        if status.is_redirection() {
            url = redirected(&url, &response).ok_or(NotFetched::Refused(status.as_u16()))?;
        } else if status.is_success() {
            return whole(response).await;
        } else {
            return Err(NotFetched::Refused(status.as_u16()));
        }
    }
    Err(NotFetched::Redirects)
}

async fn get(url: &Uri, anywhere: bool) -> Result<Response<Incoming>, NotFetched> {
    if url.scheme_str() != Some("http") {
        return Err(NotFetched::NotHttp);
    }
    let authority = url.authority().ok_or(NotFetched::NotHttp)?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address = resolved(host, authority.port_u16().unwrap_or(80), anywhere).await?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let named = format!(
        "{}{}",
        authority.host(),
        authority.port().map(|port| format!(":{port}")).unwrap_or_default()
    );
    let request = Request::get(path).header(HOST, named).body(Empty::<Bytes>::new());
    Ok(sender.send_request(request.map_err(|_| NotFetched::NotHttp)?).await?)
}

/// The address that is connected to is the one that was looked at.
async fn resolved(host: &str, port: u16, anywhere: bool) -> Result<SocketAddr, NotFetched> {
    let mut found = lookup_host((host, port)).await?;
    found.find(|address| anywhere || address.ip().is_loopback()).ok_or(NotFetched::NotHere)
}

/// Whole addresses, and paths of the same server.
fn redirected(from: &Uri, response: &Response<Incoming>) -> Option<Uri> {
    let to: Uri = response.headers().get(LOCATION)?.to_str().ok()?.parse().ok()?;
    if to.authority().is_some() {
        return Some(to);
    }
    let mut parts = from.clone().into_parts();
    parts.path_and_query = to.into_parts().path_and_query;
    Uri::from_parts(parts).ok()
}

async fn whole(response: Response<Incoming>) -> Result<(Bytes, Option<String>), NotFetched> {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.map(|value| value.split(';').next().unwrap_or(value).trim().to_owned());
    let body = Limited::new(response.into_body(), BYTES_MAX).collect().await;
    Ok((body.map_err(|_| NotFetched::TooLarge)?.to_bytes(), media_type))
}
