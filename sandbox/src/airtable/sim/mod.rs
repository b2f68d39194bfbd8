//! The side door: arranging what happens, doing as people do in Airtable's own client, and looking at what came of it. It is
//! no part of the imitated API and asks for no token, so the server listens where only this machine gets.

mod bases;
mod clock;
mod edit;
mod hooks;
mod journal;
mod knobs;
mod refusal;
mod schema;
mod tokens;

use std::sync::Arc;

use domain::bases::ids::UserId;
use domain::bases::requests::Query;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::app::App;
use super::edge::{Address, query};
use super::journal::{Effect, Entry};
use refusal::Refusal;

pub const FOLDER: &str = "_sim";

/// Seeds carry files, as base64, and what was exported is to be loaded again.
pub const BYTES_MAX: usize = 512 << 20;

type Answer = Result<Value, Refusal>;

/// What the side door is asked with.
struct Asked<'a> {
    app: &'a App,
    query: Query,
    body: &'a [u8],
}

impl Asked<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.body).map_err(|error| Refusal::misused(error.to_string()))
    }

    /// What a person did is in the journal as well.
    fn note(&self, route: &'static str, base: &str, by: UserId, effects: Vec<Effect>) {
        let path = format!("/{FOLDER}/bases/{base}");
        let mut entry = Entry::new(self.app.now(), &Method::POST, &path.parse().unwrap_or_default(), None);
        entry.route = route;
        entry.base = Some(base.to_owned());
        entry.user = Some(by);
        entry.status = Some(StatusCode::OK.as_u16());
        entry.effects = effects;
        self.app.journal.note(entry);
    }
}

pub async fn answer(
    app: &Arc<App>,
    origin: &str,
    method: &Method,
    address: &Address,
    body: &[u8],
) -> Response<Full<Bytes>> {
    let asked = Asked { app, query: query(&address.query), body };
    let segments: Vec<&str> = address.segments.iter().skip(1).map(String::as_str).collect();
    let answer = route(&asked, origin, method, &segments);
    match answer {
        Ok(value) => respond(StatusCode::OK, &value),
        Err(refusal) => respond(refusal.status, &json!({ "error": refusal.why })),
    }
}

fn route(asked: &Asked<'_>, origin: &str, method: &Method, segments: &[&str]) -> Answer {
    match (method.as_str(), segments) {
        ("GET", []) => bases::overview(asked, origin),
        ("GET", ["journal"]) => journal::read(asked),
        ("DELETE", ["journal"]) => journal::clear(asked),
        ("GET", ["knobs"]) => knobs::show(asked),
        ("PATCH", ["knobs"]) => knobs::turn(asked),
        ("DELETE", ["knobs"]) => knobs::reset(asked),
        ("GET", ["clock"]) => clock::show(asked),
        ("POST", ["clock"]) => clock::set(asked),
        ("GET", ["export"]) => bases::export_all(asked),
        ("POST", ["load"]) => bases::load(asked),
        ("POST", ["reset"]) => bases::reset(asked),
        ("GET", ["bases", base]) => bases::export(asked, base),
        ("DELETE", ["bases", base]) => bases::delete(asked, base),
        ("POST", ["bases", base, "copy"]) => bases::copy(asked, base),
        ("POST", ["bases", base, "edit"]) => edit::edit(asked, base),
        ("POST", ["bases", base, "schema"]) => schema::change(asked, base),
        ("POST", ["bases", base, "webhooks", "kill"]) => hooks::kill(asked, base),
        ("POST", ["tokens"]) => tokens::create(asked),
        ("POST", ["tokens", "revoke"]) => tokens::revoke(asked),
        _ => Err(Refusal::not_found("there is nothing here; docs/airtable-stand-in.md lists what there is")),
    }
}

fn respond(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
