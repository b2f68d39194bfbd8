//! Whether the stream is a copy of this log. A database that was restored to an earlier state goes on to other events
//! at the same positions, and only the ids of events tell.

use async_nats::jetstream::stream::{LastRawMessageErrorKind, State, Stream};

use super::fault::{Fork, RelayFault};
use super::generation::Generation;
use crate::broker::{Label, label};
use crate::read::Reader;

/// Compares the ends of the stream with the log. The state was read before the log is, so that what comes meanwhile
/// makes no difference.
pub async fn compare(
    reader: &Reader,
    generation: &Generation,
    stream: &Stream,
    state: &State,
) -> Result<(), RelayFault> {
    let head = reader.end().await?;
    if head.incarnation != generation.incarnation {
        return Err(RelayFault::OtherIncarnation(head.incarnation));
    }
    let position = generation.position_of(state.last_sequence);
    if position > head.position {
        return Err(fork(generation, Fork::AheadOfLog { position, head: head.position }));
    }
    if state.messages == 0 {
        return Ok(());
    }
    for sequence in [state.first_sequence, state.last_sequence] {
        compare_at(reader, generation, stream, sequence).await?;
    }
    Ok(())
}

/// Compares one message with the event that belongs at its place.
pub async fn compare_at(
    reader: &Reader,
    generation: &Generation,
    stream: &Stream,
    sequence: u64,
) -> Result<(), RelayFault> {
    let Some(label) = label_of(generation, stream, sequence).await? else { return Ok(()) };
    let position = generation.position_of(sequence);
    let events = reader.at(&[position]).await?;
    let written = events.first().and_then(|event| event.meta().ok());
    if written.is_none_or(|meta| meta.event_id != label.event_id) {
        return Err(fork(generation, Fork::OtherEvent { position }));
    }
    Ok(())
}

/// What a message says it is, if that is what belongs at its place; nothing for one that has just become too old.
async fn label_of(
    generation: &Generation,
    stream: &Stream,
    sequence: u64,
) -> Result<Option<Label>, RelayFault> {
    let message = match stream.get_raw_message(sequence).await {
        Ok(message) => message,
        Err(source) if source.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(None),
        Err(source) => return Err(RelayFault::Read { name: generation.name.clone(), source }),
    };
    let label = label(&message.headers);
    let label = label.map_err(|source| fork(generation, Fork::Foreign { sequence, source }))?;
    let expected = generation.position_of(sequence);
    if label.incarnation != generation.incarnation {
        return Err(fork(generation, Fork::OtherIncarnation { sequence, found: label.incarnation }));
    }
    if label.position != expected {
        return Err(fork(generation, Fork::OtherPosition { sequence, found: label.position, expected }));
    }
    Ok(Some(label))
}

fn fork(generation: &Generation, source: Fork) -> RelayFault {
    RelayFault::Fork { name: generation.name.clone(), source }
}
