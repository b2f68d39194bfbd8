//! Log lines, to stderr: stdout belongs to data. And spans, to a collector, when the environment names one.
//!
//! Nothing here stops the program: lines that nobody reads and spans that nobody takes are lost.

mod collector;
mod lines;
mod spans;

use std::sync::{Arc, OnceLock};

use api::http::Traces;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};
use workers::runtime::PassedOn;

use crate::config::Log;

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Later calls change nothing. Inside the runtime, which carries spans away.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_default();
    let lines = lines::layer(log.format);
    let started = match spans::provider() {
        // One filter for all costs less than one of each.
        None => Registry::default().with(lines).with(filter).try_init().map(|()| None),
        Some(provider) => {
            let subscriber =
                Registry::default().with(lines.with_filter(filter)).with(spans::layer(&provider));
            subscriber.try_init().map(|()| Some(provider))
        }
    };
    if let Ok(Some(provider)) = started {
        let _ = PROVIDER.set(provider);
    }
}

/// Who gives the spans of requests their places, if spans are kept.
pub fn traces() -> Option<Arc<dyn Traces>> {
    PROVIDER.get().map(|_| Arc::new(spans::KeptSpans) as Arc<dyn Traces>)
}

/// The same for the work of workers.
pub fn traces_of_work() -> Arc<dyn workers::runtime::Traces> {
    match PROVIDER.get() {
        Some(_) => Arc::new(spans::KeptSpans),
        None => Arc::new(PassedOn),
    }
}

/// Sends what is left. The provider waits for the runtime here, so this must not hold one of its threads.
pub async fn stop() {
    let Some(provider) = PROVIDER.get() else {
        return;
    };
    let ended = tokio::task::spawn_blocking(|| provider.shutdown());
    if let Ok(Err(error)) = ended.await {
        tracing::debug!(%error, "the last spans were lost");
    }
}
