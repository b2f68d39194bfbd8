//! The task that signs where the log ends, once a minute while it moves.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};
use uuid::Uuid;

use super::file::{self, Kept};
use super::line::{BadKey, Checkpoint, SigningKey};
use crate::alarms::{Alarm, Alarms};
use crate::chain_of;
use crate::keys::Keys;
use crate::read::Reader;

/// What was appended after the last checkpoint can be taken away unseen, so this is how much that may be.
pub const SIGN_EVERY: Duration = Duration::from_secs(60);
/// A process has one file, so the alarm needs no further subject.
const SUBJECT: &str = "checkpoints";

pub struct SignerOptions {
    pub file: PathBuf,
    pub every: Duration,
    pub reader: Reader,
    pub keys: Arc<Keys>,
    pub alarms: Alarms,
}

pub struct Signer {
    options: SignerOptions,
    key: Arc<SigningKey>,
}

/// A signer at work in this process. Dropped, it ends at once, though a line it is writing may still be written.
pub struct RunningSigner {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

#[derive(Debug, thiserror::Error)]
enum SignFault {
    #[error("the end of the log cannot be read")]
    Database(#[from] sqlx::Error),
    #[error("the file {path} cannot be written")]
    File { path: PathBuf, source: io::Error },
}

impl Signer {
    /// Begins with the log as it is now.
    pub fn start(options: SignerOptions) -> Result<RunningSigner, BadKey> {
        let key = Arc::new(SigningKey::new(options.keys.checkpoint_signing())?);
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(Signer { options, key }.work(stopping));
        Ok(RunningSigner { tasks, stop })
    }

    async fn work(self, mut stopping: watch::Receiver<bool>) {
        let mut ticks = interval(self.options.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reported = None;
        loop {
            let end = tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => return,
                end = self.end_at_next(&mut ticks) => end,
            };
            let signed = match end {
                Ok(Some(checkpoint)) => self.sign(checkpoint).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error.into()),
            };
            match signed {
                Ok(()) => self.recovered(&mut reported),
                Err(fault) => self.report(&fault, &mut reported),
            }
        }
    }

    async fn end_at_next(&self, ticks: &mut Interval) -> sqlx::Result<Option<Checkpoint>> {
        ticks.tick().await;
        end_of_log(&self.options.reader).await
    }

    async fn sign(&self, checkpoint: Checkpoint) -> Result<(), SignFault> {
        let (path, key, position) = (self.options.file.clone(), Arc::clone(&self.key), checkpoint.position);
        let appended = tokio::task::spawn_blocking(move || file::append(&path, &key, &checkpoint)).await;
        let file_fault = |source| SignFault::File { path: self.options.file.clone(), source };
        if appended.map_err(io::Error::other).flatten().map_err(file_fault)? == Kept::Appended {
            tracing::debug!(position, "signed a checkpoint");
        }
        Ok(())
    }

    /// Once for each fault, not for each of its repetitions.
    fn report(&self, fault: &SignFault, reported: &mut Option<String>) {
        let error = chain_of(fault);
        let is_of_file = matches!(fault, SignFault::File { .. });
        if is_of_file {
            self.options.alarms.set(Alarm::CheckpointsUnwritten, SUBJECT, true);
        }
        if reported.as_ref() == Some(&error) {
            return;
        }
        match is_of_file {
            true => {
                let alarm = Alarm::CheckpointsUnwritten.name();
                tracing::error!(alarm, error, "the log goes on without signed checkpoints");
            }
            false => tracing::warn!(error, "no checkpoint was signed; trying again"),
        }
        *reported = Some(error);
    }

    fn recovered(&self, reported: &mut Option<String>) {
        self.options.alarms.set(Alarm::CheckpointsUnwritten, SUBJECT, false);
        if reported.take().is_some() {
            tracing::info!("checkpoints are signed again");
        }
    }
}

impl RunningSigner {
    /// Returns when no more lines are written.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Nothing while the log has no event.
async fn end_of_log(reader: &Reader) -> sqlx::Result<Option<Checkpoint>> {
    let end: Option<(Uuid, i64, Vec<u8>, String)> = sqlx::query_as(
        "select b.incarnation, b.last_position, b.chain_hash, e.meta ->> 'event_id'
         from (select * from log_batches order by last_position desc limit 1) b
         join events e on e.position = b.last_position",
    )
    .fetch_optional(reader.pool())
    .await?;
    let checkpoint = |(incarnation, position, chain_hash, event_id): (_, _, _, String)| {
        let event_id = Uuid::parse_str(&event_id).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Checkpoint { incarnation, position, event_id, chain_hash, signed_at: now() })
    };
    end.map(checkpoint).transpose()
}

/// Whole seconds are enough, and shorter to write.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
