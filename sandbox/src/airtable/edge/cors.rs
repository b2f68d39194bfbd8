//! Browsers may ask from anywhere, as they may ask Airtable.

use hyper::HeaderMap;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// The headers that are on every answer of Airtable's.
pub fn put(headers: &mut HeaderMap) {
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "DELETE,GET,OPTIONS,PATCH,POST,PUT"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization,content-length,content-type,user-agent,x-airtable-application-id,\
             x-airtable-user-agent,x-api-version,x-requested-with",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains; preload"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
