//! Files of the pages that the program brings along. They load nothing from elsewhere and hold no script inside.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
     trusted-types 'none'",
);
/// Asked for each time: the next version of the program brings others.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

pub struct Asset {
    pub content_type: &'static str,
    pub text: &'static str,
}

impl Asset {
    pub const fn html(text: &'static str) -> Self {
        Self { content_type: "text/html; charset=utf-8", text }
    }

    pub const fn script(text: &'static str) -> Self {
        Self { content_type: "text/javascript; charset=utf-8", text }
    }

    pub const fn style(text: &'static str) -> Self {
        Self { content_type: "text/css; charset=utf-8", text }
    }
}

impl IntoResponse for Asset {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(self.content_type)),
            (CONTENT_SECURITY_POLICY, PAGE_POLICY),
            (CACHE_CONTROL, NO_CACHE),
        ];
        (headers, self.text).into_response()
    }
}
