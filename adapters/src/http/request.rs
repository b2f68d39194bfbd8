//! A request as it goes over the wire.

use domain::identity::ports::{WebFault, WebMethod, WebRequest};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request};

use super::target::Target;

const AGENT: HeaderValue = HeaderValue::from_static("Airtide");
/// A body that is unpacked has no size that could be bounded beforehand.
const PLAIN: HeaderValue = HeaderValue::from_static("identity");
const CLOSE: HeaderValue = HeaderValue::from_static("close");

pub fn to_send(
    request: &WebRequest,
    target: &Target,
    drops_secrets: bool,
) -> Result<Request<Full<Bytes>>, WebFault> {
    let mut builder = Request::builder().method(method(request.method)).uri(target.path_and_query());
    for header in request.headers.iter().filter(|header| !(drops_secrets && header.is_secret)) {
        let mut value = HeaderValue::from_str(header.value.reveal()).map_err(|_| WebFault::BadHeaders)?;
        value.set_sensitive(true);
        builder = builder.header(header.name.as_str(), value);
    }
    let host = HeaderValue::try_from(target.authority()).map_err(|_| WebFault::BadUrl)?;
    let body = Full::new(Bytes::from(request.body.clone()));
    let mut sent = builder.body(body).map_err(|_| WebFault::BadHeaders)?;
    // Ours come last: nobody names another host than the one that was checked.
    for (name, value) in [(HOST, host), (USER_AGENT, AGENT), (ACCEPT_ENCODING, PLAIN), (CONNECTION, CLOSE)] {
        sent.headers_mut().insert(name, value);
    }
    Ok(sent)
}

fn method(method: WebMethod) -> Method {
    match method {
        WebMethod::Get => Method::GET,
        WebMethod::Post => Method::POST,
    }
}
