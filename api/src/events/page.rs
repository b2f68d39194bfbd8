//! `/events`: a page that shows events to people, as they happen. It signs in by the API like everybody else.

use axum::routing::{MethodRouter, get};

use crate::Api;
use crate::http::{Access, Asset, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(Access::Anyone, "/events", file(Asset::html(include_str!("page/index.html"))))
        .page(Access::Anyone, "/events/events.css", file(Asset::style(include_str!("page/events.css"))))
        .page(Access::Anyone, "/events/events.js", file(Asset::script(include_str!("page/events.js"))))
        .page(Access::Anyone, "/events/client.js", file(Asset::script(include_str!("page/client.js"))))
        .page(Access::Anyone, "/events/tail.js", file(Asset::script(include_str!("page/tail.js"))))
        .page(Access::Anyone, "/events/list.js", file(Asset::script(include_str!("page/list.js"))))
        .page(Access::Anyone, "/events/detail.js", file(Asset::script(include_str!("page/detail.js"))))
}

fn file(asset: Asset) -> MethodRouter<Api> {
    let (content_type, text) = (asset.content_type, asset.text);
    get(async move || Asset { content_type, text })
}
