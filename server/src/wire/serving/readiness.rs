//! Whether requests can be answered.

use api::identity::kept::KeptTables;
use api::{Check, Readiness};
use async_trait::async_trait;
use eventstore::execute::Executor;
use eventstore::read::Reader;
use projections::TenantQueries;

/// Asks every pool that requests are answered with.
pub struct Serves {
    pub reader: Reader,
    pub executor: Executor,
    pub kept: KeptTables,
    pub queries: TenantQueries,
}

#[async_trait]
impl Readiness for Serves {
    async fn checks(&self) -> Vec<Check> {
        let (head, sign_in, read_models) =
            tokio::join!(self.reader.head(), self.kept.check(), self.queries.check());
        let event_log = match head {
            Ok(_) if !self.executor.is_open() => Err("the log takes no commands".into()),
            head => told(head.map(|_| ())),
        };
        vec![
            Check { name: "event_log", outcome: event_log },
            Check { name: "sign_in", outcome: told(sign_in) },
            Check { name: "read_models", outcome: told(read_models) },
        ]
    }
}

/// For operators, with everything that it came from.
fn told<E: std::error::Error>(outcome: Result<(), E>) -> Result<(), String> {
    outcome.map_err(|error| eventstore::chain_of(&error))
}
