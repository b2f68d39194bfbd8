//! Giving out a file: `/_files/{attachment}/{until}/{signature}/…`.

use domain::bases::ids::AttachmentId;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};

use super::File;
use super::addresses::{Closed, check};
use crate::airtable::app::App;
use crate::airtable::edge::Address;

pub fn answer(app: &App, address: &Address) -> Response<Full<Bytes>> {
    match find(app, address) {
        Ok(file) => given(file),
        Err(status) => {
            let mut response = Response::new(Full::new(Bytes::new()));
            *response.status_mut() = status;
            response
        }
    }
}

/// Unsettled: with what Airtable's host refuses an address that has ended.
fn find(app: &App, address: &Address) -> Result<File, StatusCode> {
    let segments: Vec<&str> = address.segments.iter().map(String::as_str).collect();
    let [_, id, until, signature, ..] = segments.as_slice() else { return Err(StatusCode::NOT_FOUND) };
    let id = AttachmentId::parse(id).map_err(|_| StatusCode::NOT_FOUND)?;
    check(&app.files, id, until, signature, app.now()).map_err(|closed| match closed {
        Closed::Forged => StatusCode::FORBIDDEN,
        Closed::Ended => StatusCode::GONE,
    })?;
    app.files.get(id).ok_or(StatusCode::NOT_FOUND)
}

fn given(file: File) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(file.bytes));
    let headers = response.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(&file.media_type) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
