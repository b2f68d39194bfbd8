//! Snapshots: states of long streams, so that loading one does not read all its events.
//!
//! A snapshot is a shortcut and never the truth: it is written after the command was answered, may be missing or
//! late, and is ignored when the code that folds events into states has changed.

use std::sync::Arc;

use domain::stored::Stored;
use sqlx::PgPool;
use tokio::sync::mpsc;

use crate::event::StreamName;
use crate::execute::state::Held;
use crate::load::in_time;
use crate::seal::{Place, Sealer};

/// Events of a stream after which a snapshot is worth its row, unless the log is opened otherwise.
pub const EVERY: i64 = 100;
/// Snapshots that may wait to be written; more are left out, and come with the next hundred events.
const WAITING_MAX: usize = 256;
/// Largest state that is kept as a snapshot.
const BYTES_MAX: usize = 1024 * 1024;

/// Marks the states of an aggregate by the source that folds them: after any change of that file older snapshots
/// are ignored. A hash of the state's fields alone would miss a change of what `apply` does.
pub(crate) fn state_hash<A: Stored>() -> i64 {
    // FNV-1a: the same in every build and on every machine, which `std`'s hasher does not promise.
    let hash = A::STATE_SOURCE.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash as i64
}

/// Hands states to the task that writes them.
#[derive(Clone)]
pub(crate) struct Snapshots {
    waiting: mpsc::Sender<(StreamName, Held)>,
}

impl Snapshots {
    pub fn start(pool: PgPool, sealer: Arc<Sealer>) -> Self {
        let (waiting, mut states) = mpsc::channel::<(StreamName, Held)>(WAITING_MAX);
        tokio::spawn(async move {
            while let Some((stream, held)) = states.recv().await {
                if let Err(error) = write(&pool, &sealer, &stream, &held).await {
                    tracing::warn!(%stream, error, "a snapshot could not be written");
                }
            }
        });
        Self { waiting }
    }

    pub fn offer(&self, stream: &StreamName, held: &Held) {
        // A full queue is no fault: the stream is merely longer to load.
        let _ = self.waiting.try_send((stream.clone(), held.clone()));
    }
}

async fn write(pool: &PgPool, sealer: &Sealer, stream: &StreamName, held: &Held) -> Result<(), String> {
    let place = Place::Snapshot { stream: stream.clone(), version: held.last.version };
    let state = held.state.write(sealer, &place).await.map_err(|fault| crate::chain_of(&fault))?;
    if state.len() > BYTES_MAX {
        return Ok(());
    }
    let writing = sqlx::query(
        "insert into snapshots(tenant, type, id, stream_no, version, position, state_hash, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8::text::json)
         on conflict (tenant, type, id) do update
           set stream_no = excluded.stream_no, version = excluded.version, position = excluded.position,
               state_hash = excluded.state_hash, state = excluded.state
           where snapshots.position < excluded.position or snapshots.state_hash <> excluded.state_hash",
    )
    .bind(stream.tenant.as_str())
    .bind(&*stream.aggregate)
    .bind(stream.id.as_str())
    .bind(held.last.stream_no)
    .bind(held.last.version)
    .bind(held.last.position)
    .bind(held.state.hash())
    .bind(state)
    .execute(pool);
    in_time(writing).await.map_err(|error| error.to_string())?;
    Ok(())
}
