//! Answers a retry from what its first attempt wrote.

use super::Executor;
use super::error::CommandError;
use super::receipt::Receipt;
use super::request::Request;
use crate::load::{CommandFound, in_time};

impl Executor {
    pub(super) async fn replay(
        &self,
        request: &Request,
        found: &CommandFound,
    ) -> Result<Receipt, CommandError> {
        if found.fingerprint.is_some() && request.fingerprint != found.fingerprint {
            return Err(CommandError::KeyReused);
        }
        let (first, last) = (found.first_position, found.first_position + i64::from(found.events) - 1);
        let events = in_time(self.reader.between(first, last))
            .await
            .map_err(|error| CommandError::Unavailable(error.to_string()))?;
        let mut receipt = self.receipt(request);
        receipt.replayed = true;
        receipt.position = last;
        receipt.recorded_at = events.first().map(|event| event.recorded_at);
        for event in events {
            let meta = event.meta().map_err(|error| CommandError::Fault(crate::chain_of(&error)))?;
            receipt.event_ids.push(meta.event_id);
            match receipt.streams.last_mut().filter(|(stream, _)| *stream == event.stream) {
                Some((_, version)) => *version = event.version,
                None => receipt.streams.push((event.stream, event.version)),
            }
        }
        self.metrics.commands_replayed.inc();
        Ok(receipt)
    }
}
