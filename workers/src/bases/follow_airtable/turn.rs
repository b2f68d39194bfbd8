//! A turn at one base: what is due is done, one step after another, until nothing is or the turn is over.

use std::sync::Arc;
use std::time::Duration;

use domain::bases::base_sync::{BaseSyncCommand, Details};
use domain::bases::ports::{Access as Opened, Connected, Fault};
use domain::bases::{Base, BaseKey, BaseSync, Connection, ConnectionId};
use domain::identity::TenantId;
use eventstore::airtable_secrets::{AirtableSecretFault, Owner};
use eventstore::chain_of;
use eventstore::event::{Recorded, StreamId};
use eventstore::execute::{CommandError, Plan};
use eventstore::read::StateAt;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::contact::Contact;
use super::rhythm::{LOOK_EVERY, PATIENCE, TROUBLE_PAUSE, TROUBLE_PAUSE_MAX, TURN};
use super::step::{Circumstances, Step, next};
use super::{Due, FollowAirtable};
use crate::runtime::{Outcome, Task};

pub struct Turn<'a> {
    pub worker: &'a FollowAirtable,
    pub tenant: TenantId,
    pub base: BaseKey,
    pub stream: StreamId,
    pub event: Arc<Recorded>,
    number: u64,
    hook_is_denied: bool,
    polled_at: Option<Instant>,
    pub contact: Contact,
    troubles: u32,
}

/// Why a step did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error(transparent)]
    Airtable(#[from] Fault),
    #[error(transparent)]
    Log(#[from] CommandError),
    #[error(transparent)]
    Secret(#[from] AirtableSecretFault),
    #[error("the read model of records does not answer")]
    Records(#[from] sqlx::Error),
    /// It will not pass until somebody does something about it.
    #[error("{0}")]
    ForGood(&'static str),
}

/// A step that came to its end: what happened meanwhile is looked at before the next.
pub type Stepped = Result<(), Broken>;

/// What is known of a base when a step begins.
pub struct Known {
    pub sync: StateAt<BaseSync>,
    pub details: Details,
    pub connected: Arc<dyn Connected>,
}

impl<'a> Turn<'a> {
    pub fn of(worker: &'a FollowAirtable, task: &Task) -> Result<Self, String> {
        let text = task.event.stream.id.as_str();
        let base = BaseKey::new(text).map_err(|error| error.to_string())?;
        let Due { turn: number, .. } = Due::of(&task.event).ok_or("the event makes no turn due")?;
        Ok(Self {
            worker,
            tenant: task.claim.tenant.clone(),
            base,
            stream: task.event.stream.id.clone(),
            event: Arc::clone(&task.event),
            number,
            hook_is_denied: false,
            polled_at: None,
            contact: Contact::default(),
            troubles: 0,
        })
    }

    pub async fn take(mut self, mut stopping: watch::Receiver<bool>) -> Outcome {
        let over_at = Instant::now() + TURN;
        loop {
            if *stopping.borrow() || over_at <= Instant::now() {
                return self.hands_over();
            }
            let pause = match self.step().await {
                Ok(Some(pause)) => pause,
                Ok(None) => return Outcome::Done,
                Err(broken) => match self.broken(broken).await {
                    Some(pause) => pause,
                    None => return Outcome::Done,
                },
            };
            self.note_contact().await;
            tokio::select! {
                () = sleep(pause) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// The next turn begins with the event that ends this one.
    fn hands_over(&self) -> Outcome {
        let (tenant, stream, turn) = (self.tenant.clone(), self.stream.clone(), self.number);
        Outcome::then(move || {
            let carry_on = BaseSyncCommand::CarryOn { turn };
            Plan::new().decide::<BaseSync>(&tenant, stream.clone(), carry_on)
        })
    }

    /// How long to rest until the next one; nothing when there is none.
    async fn step(&mut self) -> Result<Option<Duration>, Broken> {
        let sync = self.worker.executor.state::<BaseSync>(&self.tenant, self.stream.clone()).await?;
        let Some(details) = sync.state.details().cloned() else { return Ok(None) };
        if details.turn != self.number {
            return Ok(None);
        }
        let step = next(&details, self.circumstances());
        if step == Step::Rest {
            return Ok(Some(LOOK_EVERY));
        }
        if step == Step::Stop {
            self.put_down(&details).await;
            return Ok(None);
        }
        let connected = self.connect(&details.connection).await?;
        let known = Known { sync, details, connected };
        match step {
            Step::TakeHook => self.take_hook(&known).await?,
            Step::RefreshHook => self.refresh_hook(&known).await?,
            Step::BeginSweep => self.begin_sweep(&known).await?,
            Step::SweepTable(table) => self.sweep_table(&known, table).await?,
            Step::EndSweep => self.end_sweep(&known).await?,
            Step::Drain => {
                let asked_at = Timestamp::now();
                if self.drain(&known).await? {
                    self.contact.heard_all_until(asked_at);
                }
                self.polled_at = Some(Instant::now());
            }
            Step::Rest | Step::Stop => {}
        }
        self.recovered(&known.details).await?;
        Ok(Some(Duration::ZERO))
    }

    fn circumstances(&self) -> Circumstances {
        let poll_every = self.worker.rhythm.poll_every;
        Circumstances {
            now: Timestamp::now(),
            poll_is_due: self.polled_at.is_none_or(|at| at.elapsed() >= poll_every),
            hook_is_denied: self.hook_is_denied,
            sweep_every: self.worker.rhythm.sweep_every,
        }
    }

    pub async fn connect(&self, id: &ConnectionId) -> Result<Arc<dyn Connected>, Broken> {
        let stream = StreamId::new(id.as_str()).map_err(|_| Broken::ForGood("connection_missing"))?;
        let found = self.worker.executor.state::<Connection>(&self.tenant, stream).await?;
        let access = found.state.access().ok_or(Broken::ForGood("connection_revoked"))?;
        let owner = Owner { tenant: &self.tenant, owner: id.as_str() };
        let token = self.worker.secrets.read(owner, &access.secret).await?;
        let counted_for = access.account.to_string();
        let sent = self.contact.sent.clone();
        Ok(self.worker.airtable.connect(Opened { token, counted_for, patience: PATIENCE, sent }))
    }

    /// Whether it was asked in this turn what a hook tells.
    pub fn has_polled(&self) -> bool {
        self.polled_at.is_some()
    }

    pub fn denied_a_hook(&mut self) {
        self.hook_is_denied = true;
    }

    pub async fn base(&self) -> Result<StateAt<Base>, Broken> {
        let base = self.worker.executor.state::<Base>(&self.tenant, self.stream.clone()).await?;
        if base.state.schema().is_none() { Err(Broken::ForGood("base_deleted")) } else { Ok(base) }
    }

    /// How long to wait before it is tried again; nothing when it stops here.
    async fn broken(&mut self, broken: Broken) -> Option<Duration> {
        let (code, asked) = match &broken {
            // Somebody wrote meanwhile: it is looked at again.
            Broken::Log(CommandError::VersionMismatch { .. } | CommandError::Contended) => {
                return Some(Duration::ZERO);
            }
            Broken::Log(_) | Broken::Secret(_) | Broken::Records(_) => {
                tracing::warn!(error = chain_of(&broken), "a step after Airtable could not be taken");
                return Some(self.pause(None));
            }
            Broken::Airtable(Fault::Unauthorized) => return self.fail("unauthorized").await,
            Broken::ForGood(code) => return self.fail(code).await,
            Broken::Airtable(fault @ Fault::Wait { retry_after }) => (fault.code(), Some(*retry_after)),
            Broken::Airtable(fault) => (fault.code(), None),
        };
        tracing::info!(error = chain_of(&broken), code, "Airtable cannot be followed at the moment");
        let note = BaseSyncCommand::NoteTrouble { code: code.to_owned(), at: Timestamp::now() };
        let _ = self.tell(note).await;
        Some(self.pause(asked))
    }

    fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let doubled = TROUBLE_PAUSE.saturating_mul(2_u32.saturating_pow(self.troubles));
        self.troubles = self.troubles.saturating_add(1);
        doubled.min(TROUBLE_PAUSE_MAX).max(asked.unwrap_or_default())
    }

    async fn recovered(&mut self, details: &Details) -> Stepped {
        self.troubles = 0;
        match &details.trouble {
            Some(_) => self.tell(BaseSyncCommand::NoteRecovery).await,
            None => Ok(()),
        }
    }

    async fn fail(&mut self, code: &str) -> Option<Duration> {
        tracing::warn!(code, "a base does not follow Airtable any more");
        let fail = BaseSyncCommand::Fail { code: code.to_owned(), at: Timestamp::now() };
        match self.tell(fail).await {
            Ok(()) => None,
            Err(broken) => {
                tracing::warn!(error = chain_of(&broken), "that could not be written down yet");
                Some(self.pause(None))
            }
        }
    }
}
