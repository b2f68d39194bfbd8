//! Files as they are fetched: by addresses that end.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Response, StatusCode};

use super::app::App;
use super::edge::Address;

/// Below it lie the files, beside the imitated API: Airtable serves them from another host.
pub const FOLDER: &str = "_files";

pub fn answer(_app: &App, _address: &Address) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
