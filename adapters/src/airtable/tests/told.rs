//! What is told of a request to whoever reads logs and traces: enough to find it, and nothing of what it says.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::bases::ports::{Airtable, Query};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

use super::site::{Does, JumpingTime, Site, TOKEN, access, client, place};

/// Everything that any span or event says.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<String>>);

impl Visit for Heard {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0.lock().unwrap(), "{field}={value:?} ");
    }
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_span_tells_where_and_how_it_ended_and_neither_the_token_nor_what_was_asked() {
    let refused = Does::json(503, &json!({ "error": { "type": "RETRIABLE_ERROR" } }));
    let site =
        Site::doing([refused, Does::json(200, &json!({ "records": [], "offset": "cell-of-somebody" }))])
            .await;
    let heard = Heard::default();
    // As long as there is but one, a span that another test comes upon first is off for good, for that one's thread.
    let _second = Dispatch::new(heard.clone());
    let _listening = tracing::subscriber::set_default(heard.clone());
    let connection = client(&site.root(), &JumpingTime::new()).connect(access(Duration::from_secs(60)));
    let query = Query { formula: Some("{Name}='secret-of-somebody'".into()), ..Query::default() };
    connection.page(place(), &query, None).await.unwrap();
    let said = heard.0.lock().unwrap().clone();
    for part in [
        r#"operation="list_records" method="GET" route="/v0/{base}/{table}" base=app00000000000000 attempt=1"#,
        r#"status=503 outcome="unavailable""#,
        "attempt=2",
        r#"status=200 outcome="ok""#,
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    for secret in [TOKEN, "secretsecret", "of-somebody"] {
        assert!(!said.contains(secret), "{secret} is in:\n{said}");
    }
}
