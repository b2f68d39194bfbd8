//! A request from its first byte to its last.

use std::sync::Arc;
use std::time::Instant;

use domain::bases::errors::ApiError;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use super::authenticate::authenticate;
use super::response::{answered, failed, refused};
use super::{Address, Answer, Call, Said, query};
use crate::airtable::app::App;
use crate::airtable::journal::Entry;
use crate::airtable::knobs::{After, Failure};
use crate::airtable::routes::Route;
use crate::airtable::{dispatch, files, oauth, sim};

/// Unsettled: Airtable publishes no limit of a body; uploads of 5 MB have to pass as base64.
const BYTES_MAX: usize = 10 << 20;

/// The connection is to be cut, as a knob wants it.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped")]
pub struct Dropped;

pub type Passed = Result<Response<Full<Bytes>>, Dropped>;

pub async fn pass(app: Arc<App>, origin: String, request: Request<Incoming>) -> Passed {
    let (parts, body) = request.into_parts();
    let Some(address) = Address::of(&parts.uri) else { return Ok(refused(&parts, &ApiError::NotFound)) };
    let bytes_max = if address.is_below(sim::FOLDER) { sim::BYTES_MAX } else { BYTES_MAX };
    let body = Limited::new(body, bytes_max).collect().await.map(|body| body.to_bytes());
    let body = body.map_err(|_| ApiError::RequestTooLarge);
    if address.is_below(sim::FOLDER) {
        return Ok(match body {
            Ok(body) => sim::answer(&app, &origin, &parts.method, &address, &body).await,
            Err(error) => refused(&parts, &error),
        });
    }
    if address.is_below(files::FOLDER) {
        return Ok(files::answer(&app, &address));
    }
    if address.is_below(oauth::FOLDER) {
        return Ok(oauth::answer(&app, &parts, &address, &body.unwrap_or_default()));
    }
    if parts.method == Method::OPTIONS {
        return Ok(answered(&parts, StatusCode::OK, Vec::new()));
    }
    imitate(&app, &origin, &parts, &address, body).await
}

/// A request of the imitated API, which is journaled whatever comes of it.
async fn imitate(
    app: &App,
    origin: &str,
    parts: &Parts,
    address: &Address,
    body: Result<Bytes, ApiError>,
) -> Passed {
    let route = Route::find(&parts.method, &address.segments);
    let mut entry = Entry::new(app.now(), &parts.method, &parts.uri, route.as_ref());
    app.pause().await;
    let outcome = carry_out(app, origin, parts, address, body, route.as_ref(), &mut entry);
    let after = match &outcome {
        Outcome::Said(Ok(_)) => app.after(entry.route),
        _ => None,
    };
    let response = respond(parts, outcome, &mut entry);
    finish(app, after, entry, response).await
}

/// What comes of a request.
enum Outcome {
    Said(Said),
    /// A knob makes the server fail before anything is done.
    Failed(Failure),
}

fn carry_out(
    app: &App,
    origin: &str,
    parts: &Parts,
    address: &Address,
    body: Result<Bytes, ApiError>,
    route: Option<&Route>,
    entry: &mut Entry,
) -> Outcome {
    let caller = match authenticate(&app.world, &parts.headers, app.now()) {
        Ok(caller) => caller,
        Err(error) => return Outcome::Said(Err(error)),
    };
    entry.user = Some(caller.person.id);
    // The journal tells the time that the limits go by.
    let came = Instant::now();
    entry.at = app.now();
    if let Err(error) = app.admit(route, &caller, came) {
        return Outcome::Said(Err(error));
    }
    if let Some(failure) = app.failure(entry.route) {
        return Outcome::Failed(failure);
    }
    let Some(route) = route else { return Outcome::Said(Err(ApiError::NotFound)) };
    let body = match body {
        Ok(body) => body,
        Err(error) => return Outcome::Said(Err(error)),
    };
    let query = query(&address.query);
    let headers = &parts.headers;
    let call = Call { app, caller, query, headers, body: &body, at: app.now(), origin: origin.to_owned() };
    Outcome::Said(dispatch::dispatch(&call, route))
}

fn respond(parts: &Parts, outcome: Outcome, entry: &mut Entry) -> Response<Full<Bytes>> {
    let response = match outcome {
        Outcome::Said(Ok(Answer { json, effects })) => {
            entry.effects = effects;
            answered(parts, StatusCode::OK, json)
        }
        Outcome::Said(Err(error)) => {
            entry.error = Some(error.kind());
            refused(parts, &error)
        }
        Outcome::Failed(failure) => {
            entry.fault = Some("failed");
            failed(parts, &failure)
        }
    };
    entry.status = Some(response.status().as_u16());
    response
}

async fn finish(
    app: &App,
    after: Option<After>,
    mut entry: Entry,
    mut response: Response<Full<Bytes>>,
) -> Passed {
    let Some(after) = after else {
        if let Ok(id) = HeaderValue::from_str(&entry.request_id) {
            response.headers_mut().insert("x-airtable-request-id", id);
        }
        if entry.error == Some(ApiError::RateLimitReached.kind()) {
            app.say_when_to_retry(response.headers_mut());
        }
        app.journal.note(entry);
        return Ok(response);
    };
    entry.status = None;
    entry.fault = Some(after.name());
    app.journal.note(entry);
    if let After::Hang { milliseconds } = after {
        tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
    }
    Err(Dropped)
}
