//! One thing that Airtable is asked: where, what with, and whether asking changes anything.

use domain::bases::ids::BaseId;
use domain::bases::ports::Fault;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;
use url::form_urlencoded;

use super::hosts::Hosts;

/// What a part of a path may hold as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing changes, however often it is asked.
    Reads,
    Writes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Api,
    Content,
    Pages,
}

/// What is sent in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Shown nowhere: it may hold cell values and secrets.
#[derive(Clone)]
pub struct Call {
    /// For spans and metrics.
    pub operation: &'static str,
    pub route: &'static str,
    pub method: Method,
    pub effect: Effect,
    pub host: Host,
    pub base: Option<BaseId>,
    path: String,
    query: Vec<(String, String)>,
    pub body: Option<Body>,
}

impl Call {
    /// The parts of the path stand in the places of the route that are in braces.
    pub fn new(operation: &'static str, method: Method, route: &'static str, parts: &[&str]) -> Self {
        let effect = if method == Method::GET { Effect::Reads } else { Effect::Writes };
        let path = filled(route, parts);
        let (host, base, query, body) = (Host::Api, None, Vec::new(), None);
        Self { operation, route, method, effect, host, base, path, query, body }
    }

    /// The base whose requests it counts among.
    pub fn of(self, base: BaseId) -> Self {
        Self { base: Some(base), ..self }
    }

    pub fn at(self, host: Host) -> Self {
        Self { host, ..self }
    }

    /// Although it is no `GET`.
    pub fn reading(self) -> Self {
        Self { effect: Effect::Reads, ..self }
    }

    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    pub fn with_all(mut self, pairs: Vec<(String, String)>) -> Self {
        self.query.extend(pairs);
        self
    }

    pub fn json(mut self, body: &impl Serialize) -> Result<Self, Fault> {
        let bytes = serde_json::to_vec(body).map_err(|error| Fault::Malformed(error.to_string()))?;
        self.body = Some(Body { content_type: JSON, bytes });
        Ok(self)
    }

    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let bytes = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
        self.body = Some(Body { content_type: FORM, bytes });
        self
    }

    pub fn url(&self, hosts: &Hosts) -> String {
        let root = match self.host {
            Host::Api => &hosts.api,
            Host::Content => &hosts.content,
            Host::Pages => &hosts.pages,
        };
        if self.query.is_empty() {
            return format!("{root}{}", self.path);
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        format!("{root}{}?{query}", self.path)
    }

    /// Whether it counts against the month's requests. Reading schemas is answered when they are used up.
    pub fn is_metered(&self) -> bool {
        !self.route.starts_with("/v0/meta/")
    }
}

fn filled(route: &str, parts: &[&str]) -> String {
    let mut parts = parts.iter();
    let fill = |piece: &str| match piece.starts_with('{') {
        true => parts.next().map(|part| utf8_percent_encode(part, PART).to_string()).unwrap_or_default(),
        false => piece.to_owned(),
    };
    route.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts::of("http://127.0.0.1:1/sim").unwrap()
    }

    #[test]
    fn a_route_is_filled_in_and_whatever_is_filled_in_stays_one_part() {
        let call = Call::new("x", Method::GET, "/v0/{base}/{table}", &["app1", "a/b ?c#é%"]);
        assert_eq!(call.url(&hosts()), "http://127.0.0.1:1/sim/v0/app1/a%2Fb%20%3Fc%23%C3%A9%25");
    }

    #[test]
    fn a_query_is_written_so_that_it_reads_as_it_was() {
        let call = Call::new("x", Method::GET, "/v0", &[]).with("fields[]", "a&b").with("offset", "itr/rec");
        assert_eq!(call.url(&hosts()), "http://127.0.0.1:1/sim/v0?fields%5B%5D=a%26b&offset=itr%2Frec");
    }

    #[test]
    fn what_is_no_get_writes_unless_it_says_otherwise() {
        let call = |method| Call::new("x", method, "/v0", &[]);
        assert_eq!(call(Method::GET).effect, Effect::Reads);
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            assert_eq!(call(method.clone()).effect, Effect::Writes);
            assert_eq!(call(method).reading().effect, Effect::Reads);
        }
    }

    #[test]
    fn trap_4_only_schemas_are_free_of_the_month() {
        let is_metered = |route| Call::new("x", Method::GET, route, &[]).is_metered();
        assert!(!is_metered("/v0/meta/whoami"));
        assert!(is_metered("/v0/{base}/{table}") && is_metered("/v0/bases/{base}/webhooks"));
    }
}
