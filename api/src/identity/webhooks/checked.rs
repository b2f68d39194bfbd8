//! What can be said of a webhook before its aggregate is asked: where its URL leads, and which types there are.

use std::collections::BTreeSet;

use domain::identity::ports::{WebClient, WebFault};
use eventstore::catalog;

use crate::http::FieldError;

/// Private addresses are refused when they stand in the URL itself; what a name leads to is checked at each delivery.
pub fn url(web: &dyn WebClient, url: &str) -> Option<FieldError> {
    match web.check(url) {
        Ok(()) => None,
        Err(WebFault::Blocked) => {
            let detail = "Blocked by egress policy: webhooks go to public hosts, on the ports of the web.";
            Some(FieldError::new("/url", WebFault::Blocked.code(), detail))
        }
        Err(_) => {
            let detail = "A URL begins with http:// or https:// and names a host and no user.";
            Some(FieldError::new("/url", WebFault::BadUrl.code(), detail))
        }
    }
}

pub fn event_types(types: &BTreeSet<String>) -> Vec<FieldError> {
    types.iter().enumerate().filter_map(|(place, name)| event_type(place, name)).collect()
}

fn event_type(place: usize, name: &str) -> Option<FieldError> {
    let wrong = |code: &'static str, detail: &str| {
        Some(FieldError::new(format!("/event_types/{place}"), code, detail))
    };
    match catalog::find(name) {
        Some(known) if known.carried => None,
        Some(_) => wrong("not_deliverable", "Webhooks do not carry events of this type."),
        None => wrong("unknown_event_type", "There are no events of this type."),
    }
}
