//! One attempt to bring a ping to its receiver.

use std::time::Instant;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;

use crate::airtable::app::App;
use crate::airtable::outgoing::{Bounds, send};
use crate::airtable::webhooks::MAC_HEADER;
use crate::airtable::webhooks::delivery::{Attempt, Ping, TIME_MAX, judge};

/// An answer has no body; one that has is read as far as to see that.
const BODY_MAX: usize = 64 * 1024;

pub async fn attempt(app: &App, ping: &Ping, anywhere: bool, retry_number: u32) -> Attempt {
    let began = Instant::now();
    let heard = heard(ping, anywhere, began).await;
    Attempt { retry_number, completed: app.now(), took: began.elapsed(), failure: heard.err() }
}

async fn heard(ping: &Ping, anywhere: bool, began: Instant) -> Result<(), String> {
    let request = Request::post(ping.url.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(MAC_HEADER, ping.mac.as_str())
        .body(Full::new(Bytes::from(ping.body.clone())))
        .map_err(|error| error.to_string())?;
    let bounds = Bounds { anywhere, time: TIME_MAX, bytes: BODY_MAX };
    let response = send(request, bounds).await.map_err(|error| error.to_string())?;
    judge(response.status().as_u16(), response.body().is_empty(), began.elapsed())
}
