//! One request and its answer on a connection of their own.

use domain::identity::ports::{WebAnswer, WebFault};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;

use super::answer::Answered;

/// Headers of an answer: how many, and how many bytes of them are held at once.
const HEADERS_MAX: usize = 100;
const HEAD_BYTES_MAX: usize = 64 * 1024;

pub async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
    body_bytes_max: usize,
) -> Result<Answered, WebFault> {
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|_| WebFault::Broken)?;
    let _driven = Driven(tokio::spawn(connection).abort_handle());
    let response = sender.send_request(request).await.map_err(|_| WebFault::Broken)?;
    let (head, body) = response.into_parts();
    let (body, is_cut) = read(body, body_bytes_max).await?;
    let retry_after = text_of(&head.headers, &RETRY_AFTER);
    Ok(Answered {
        answer: WebAnswer { status: head.status.as_u16(), retry_after, body, is_cut },
        location: text_of(&head.headers, &LOCATION),
    })
}

/// A connection that goes when its exchange does, however that ends.
struct Driven(AbortHandle);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What fits; whether there would be more.
async fn read(mut body: Incoming, bytes_max: usize) -> Result<(Vec<u8>, bool), WebFault> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| WebFault::Broken)?.into_data() else { continue };
        let room = bytes_max - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Ok((read, true));
        }
    }
    Ok((read, false))
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
