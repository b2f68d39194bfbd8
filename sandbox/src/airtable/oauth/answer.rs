//! What is asked below `/oauth2/v1/`, and how it is answered.

use domain::bases::requests::Query;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::refused::Refused;
use super::{authorize, token};
use crate::airtable::app::App;
use crate::airtable::edge::{Address, query};
use crate::airtable::journal::{Effect, Entry};

/// A request, with its form or its query.
pub struct Asked<'a> {
    pub app: &'a App,
    pub parts: &'a Parts,
    pub given: Query,
}

/// What comes of it.
pub enum Outcome {
    /// The browser is sent there.
    To(String),
    Said(Value, Effect),
}

pub fn answer(app: &App, parts: &Parts, address: &Address, body: &[u8]) -> Response<Full<Bytes>> {
    let segments: Vec<&str> = address.segments.iter().skip(1).map(String::as_str).collect();
    let form = String::from_utf8_lossy(body);
    let asked = |given: &str| Asked { app, parts, given: query(given) };
    let (route, outcome) = match (parts.method.as_str(), segments.as_slice()) {
        ("GET", ["v1", "authorize"]) => ("oauth.authorize", authorize::authorize(&asked(&address.query))),
        ("POST", ["v1", "token"]) => ("oauth.token", token::token(&asked(&form))),
        _ => return said(StatusCode::NOT_FOUND, &json!({ "error": "NOT_FOUND" })),
    };
    let mut entry = Entry::new(app.now(), &parts.method, &parts.uri, None);
    entry.route = route;
    let response = respond(outcome, &mut entry);
    entry.status = Some(response.status().as_u16());
    app.journal.note(entry);
    response
}

fn respond(outcome: Result<Outcome, Refused>, entry: &mut Entry) -> Response<Full<Bytes>> {
    match outcome {
        Ok(Outcome::To(url)) => to(&url),
        Ok(Outcome::Said(body, effect)) => {
            entry.effects = vec![effect];
            said(StatusCode::OK, &body)
        }
        Err(refused) => {
            entry.error = Some(refused.kind());
            said(refused.status(), &refused.body())
        }
    }
}

fn to(url: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    match HeaderValue::from_str(url) {
        Ok(url) => {
            *response.status_mut() = StatusCode::FOUND;
            response.headers_mut().insert(LOCATION, url);
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

fn said(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
