//! `/events`: a page that shows events to people, as they happen. It signs in by the API like everybody else.

use axum::routing::get;

use crate::http::{Access, Asset, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(Access::Anyone, "/events", get(async || Asset::html(include_str!("page/index.html"))))
        .page(
            Access::Anyone,
            "/events/events.js",
            get(async || Asset::script(include_str!("page/events.js"))),
        )
        .page(
            Access::Anyone,
            "/events/events.css",
            get(async || Asset::style(include_str!("page/events.css"))),
        )
}
