//! One request and its answer on a connection of their own.

use domain::identity::ports::{WebAnswer, WebFault};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;

use super::target::Target;

/// Headers of an answer: how many, and how many bytes of them are held at once.
const HEADERS_MAX: usize = 100;
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// An answer whose body is still to be read.
pub struct Answered {
    response: Response<Incoming>,
    _driven: Driven,
}

pub async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Answered, WebFault> {
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|_| WebFault::Broken)?;
    let _driven = Driven(tokio::spawn(connection).abort_handle());
    let response = sender.send_request(request).await.map_err(|_| WebFault::Broken)?;
    Ok(Answered { response, _driven })
}

/// A connection that goes when its exchange does, however that ends.
struct Driven(AbortHandle);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Answered {
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub fn media_type(&self) -> Option<String> {
        text_of(self.response.headers(), &CONTENT_TYPE)
    }

    /// Where a redirect leads, when any is followed. One that leads nowhere is an answer like any other.
    pub fn next_target(&self, from: &Target, redirects_max: u8) -> Option<Result<Target, WebFault>> {
        let is_redirect = matches!(self.status(), 301 | 302 | 303 | 307 | 308);
        let location = text_of(self.response.headers(), &LOCATION);
        Some(from.join(&location.filter(|_| is_redirect && redirects_max > 0)?))
    }

    /// The next bytes of the body, or nothing after the last ones.
    pub async fn next(&mut self) -> Result<Option<Bytes>, WebFault> {
        while let Some(frame) = self.response.body_mut().frame().await {
            if let Ok(data) = frame.map_err(|_| WebFault::Broken)?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// All of it that fits.
    pub async fn read(mut self, bytes_max: usize) -> Result<WebAnswer, WebFault> {
        let (mut body, mut is_cut) = (Vec::new(), false);
        while let Some(data) = self.next().await? {
            let room = bytes_max - body.len();
            body.extend_from_slice(&data[..data.len().min(room)]);
            if data.len() > room {
                is_cut = true;
                break;
            }
        }
        let retry_after = text_of(self.response.headers(), &RETRY_AFTER);
        Ok(WebAnswer { status: self.status(), retry_after, body, is_cut })
    }
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
