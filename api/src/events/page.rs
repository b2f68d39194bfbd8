//! `/events`: a page that shows events to people, as they happen. It signs in by the API like everybody else.

use axum::routing::{MethodRouter, get};

use crate::Api;
use crate::http::{Access, Asset, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    let page = Asset::html(include_str!("page/index.html"));
    let style = Asset::style(include_str!("page/events.css"));
    let routes = Routes::new().page(Access::Anyone, Rate::Free, "/events", file(page)).page(
        Access::Anyone,
        Rate::Free,
        "/events/events.css",
        file(style),
    );
    let script = |routes: Routes, (path, text): &(&'static str, &'static str)| {
        routes.page(Access::Anyone, Rate::Free, path, file(Asset::script(text)))
    };
    SCRIPTS.iter().fold(routes, script)
}

/// Each with where it is asked for.
const SCRIPTS: &[(&str, &str)] = &[
    ("/events/events.js", include_str!("page/events.js")),
    ("/events/client.js", include_str!("page/client.js")),
    ("/events/parts.js", include_str!("page/parts.js")),
    ("/events/tabs.js", include_str!("page/tabs.js")),
    ("/events/tail.js", include_str!("page/tail.js")),
    ("/events/list.js", include_str!("page/list.js")),
    ("/events/detail.js", include_str!("page/detail.js")),
    ("/events/operate/operate.js", include_str!("page/operate/operate.js")),
    ("/events/operate/operator.js", include_str!("page/operate/operator.js")),
    ("/events/operate/table.js", include_str!("page/operate/table.js")),
    ("/events/operate/job.js", include_str!("page/operate/job.js")),
    ("/events/operate/projections.js", include_str!("page/operate/projections.js")),
    ("/events/operate/work.js", include_str!("page/operate/work.js")),
    ("/events/operate/retry.js", include_str!("page/operate/retry.js")),
    ("/events/operate/relay.js", include_str!("page/operate/relay.js")),
    ("/events/operate/verify.js", include_str!("page/operate/verify.js")),
    ("/events/operate/health.js", include_str!("page/operate/health.js")),
];

fn file(asset: Asset) -> MethodRouter<Api> {
    let (content_type, text) = (asset.content_type, asset.text);
    get(async move || Asset { content_type, text })
}
