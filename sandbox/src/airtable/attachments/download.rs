//! Getting the bytes that lie at an address.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, LOCATION};
use hyper::{Request, Response, Uri};

use crate::airtable::files::{self, BYTES_MAX};
use crate::airtable::outgoing::{Bounds, Unreached, send};

const REDIRECTS_MAX: usize = 3;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    #[error("a knob wants it to fail")]
    Unlucky,
    #[error("the address is none")]
    NoAddress,
    #[error(transparent)]
    Unreached(#[from] Unreached),
    #[error("the answer was {0}")]
    Refused(u16),
    #[error("there were too many redirects")]
    Redirects,
    #[error(transparent)]
    Full(#[from] files::Full),
}

/// The bytes, and their type where it is said.
pub async fn download(url: &str, anywhere: bool) -> Result<(Bytes, Option<String>), NotFetched> {
    let mut url: Uri = url.parse().map_err(|_| NotFetched::NoAddress)?;
    for _ in 0..=REDIRECTS_MAX {
        let response = get(&url, anywhere).await?;
        let status = response.status();
        if status.is_redirection() {
            url = redirected(&url, &response).ok_or(NotFetched::Refused(status.as_u16()))?;
        } else if status.is_success() {
            let media_type = media_type(&response);
            return Ok((response.into_body(), media_type));
        } else {
            return Err(NotFetched::Refused(status.as_u16()));
        }
    }
    Err(NotFetched::Redirects)
}

async fn get(url: &Uri, anywhere: bool) -> Result<Response<Bytes>, NotFetched> {
    let request = Request::get(url.clone()).body(Full::default()).map_err(|_| NotFetched::NoAddress)?;
    Ok(send(request, Bounds { anywhere, time: PATIENCE, bytes: BYTES_MAX }).await?)
}

/// Whole addresses, and paths of the same server.
fn redirected(from: &Uri, response: &Response<Bytes>) -> Option<Uri> {
    let to: Uri = response.headers().get(LOCATION)?.to_str().ok()?.parse().ok()?;
    if to.authority().is_some() {
        return Some(to);
    }
    let mut parts = from.clone().into_parts();
    parts.path_and_query = to.into_parts().path_and_query;
    Uri::from_parts(parts).ok()
}

fn media_type(response: &Response<Bytes>) -> Option<String> {
    let said = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(said.split(';').next().unwrap_or(said).trim().to_owned())
}
