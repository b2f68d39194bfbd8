//! The executor: decide, seal, fingerprint, queue, append.

use std::sync::Arc;
use std::time::Duration;

use eventstore::Log;

use crate::Outcome;
use crate::clients::{self, Measured};
use crate::workspace;

pub async fn measure(log: &Log, clients: usize, duration: Duration) -> Outcome<Measured> {
    let executor = log.executor();
    let description: Arc<str> = workspace::description().into();
    clients::run(clients, duration, move |client| {
        let (executor, description) = (executor.clone(), Arc::clone(&description));
        async move { workspace::create(&executor, client, &description).await.map(drop) }
    })
    .await
}
