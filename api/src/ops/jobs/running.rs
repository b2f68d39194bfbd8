//! The jobs of one process: bounded in number, those that ended kept to be looked at until others take their place.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use domain::id::NotAnId;
use domain::operations::OperationId;
use jiff::Timestamp;
use serde_json::Value;
use tokio::task::{AbortHandle, JoinError};
use uuid::Uuid;

use super::{JobProgress, JobShown, JobState};
use crate::access::Operator;
use crate::http::IdempotencyKey;

/// Jobs at a time.
const RUNNING_MAX: usize = 2;
/// Jobs that are remembered, those that run among them.
const KEPT_MAX: usize = 50;
/// Progress is told no more often than this.
const PROGRESS_EVERY: std::time::Duration = std::time::Duration::from_millis(200);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<VecDeque<Kept>>>);

struct Kept {
    shown: JobShown,
    handle: Option<AbortHandle>,
}

/// What became of asking for a job.
pub enum Begun {
    /// It runs; or it was asked for before under the same key.
    Job(Box<JobShown>),
    TooMany {
        running: usize,
    },
}

/// What a job is told apart by.
pub struct Wanted<'a> {
    pub kind: &'static str,
    /// What it is about; empty where there is one thing only.
    pub target: &'a str,
    pub operator: &'a Operator,
    pub key: &'a IdempotencyKey,
}

/// Where a job says how far it has come.
pub struct Telling {
    jobs: Jobs,
    id: Uuid,
    begun: Instant,
    told: Option<Instant>,
}

impl Jobs {
    /// Begins what takes its time. What it comes to is a result, or a sentence that says why there is none.
    pub fn begin<F>(&self, wanted: &Wanted<'_>, work: impl FnOnce(Telling) -> F) -> Begun
    where
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        let id = wanted.id();
        let mut kept = self.kept();
        if let Some(known) = kept.iter().find(|job| job.shown.id == id) {
            return Begun::Job(Box::new(known.shown.clone()));
        }
        let running = kept.iter().filter(|job| job.shown.state == JobState::Running).count();
        if running >= RUNNING_MAX {
            return Begun::TooMany { running };
        }
        let shown = wanted.begun(id);
        let telling = Telling { jobs: self.clone(), id, begun: Instant::now(), told: None };
        let (task, jobs) = (tokio::spawn(work(telling)), self.clone());
        kept.push_front(Kept { shown: shown.clone(), handle: Some(task.abort_handle()) });
        tokio::spawn(async move { jobs.end(id, outcome(task.await)) });
        forget_beyond(&mut kept);
        Begun::Job(Box::new(shown))
    }

    /// The newest first.
    pub fn all(&self) -> Vec<JobShown> {
        self.kept().iter().map(|job| job.shown.clone()).collect()
    }

    pub fn find(&self, id: Uuid) -> Option<JobShown> {
        self.kept().iter().find(|job| job.shown.id == id).map(|job| job.shown.clone())
    }

    /// The process ends, and with it what runs.
    pub fn stop(&self) {
        for job in self.kept().iter_mut() {
            if let Some(handle) = job.handle.take() {
                handle.abort();
            }
        }
    }

    fn end(&self, id: Uuid, outcome: Result<Value, String>) {
        self.change(id, |job| {
            job.ended_at = Some(Timestamp::now());
            match outcome {
                Ok(result) => (job.state, job.result) = (JobState::Done, Some(result)),
                Err(detail) => (job.state, job.detail) = (JobState::Failed, Some(detail)),
            }
        });
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut JobShown)) {
        if let Some(job) = self.kept().iter_mut().find(|job| job.shown.id == id) {
            change(&mut job.shown);
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that panicked, or was stopped, has failed.
fn outcome(ended: Result<Result<Value, String>, JoinError>) -> Result<Value, String> {
    ended.unwrap_or_else(|error| {
        tracing::error!(%error, "a job ended in an unforeseen way");
        Err("It ended in an unforeseen way; the log of the process says more.".to_owned())
    })
}

/// The oldest that has ended goes first.
fn forget_beyond(kept: &mut VecDeque<Kept>) {
    while kept.len() > KEPT_MAX {
        match kept.iter().rposition(|job| job.shown.state != JobState::Running) {
            Some(oldest) => drop(kept.remove(oldest)),
            None => return,
        }
    }
}

impl Wanted<'_> {
    /// The same operator with the same key means the same job.
    pub fn id(&self) -> Uuid {
        let name = format!("{} {} {} {}", self.kind, self.target, self.operator.name, self.key.as_str());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    }

    /// The operation that a job writes down: it, too, is the same under the same key, so that what was cut short is
    /// taken up.
    pub fn operation(&self) -> Result<OperationId, NotAnId> {
        OperationId::new(format!("op_{}", self.id().simple()))
    }

    fn begun(&self, id: Uuid) -> JobShown {
        JobShown {
            id,
            kind: self.kind,
            target: self.target.to_owned(),
            actor: self.operator.actor(),
            state: JobState::Running,
            begun_at: Timestamp::now(),
            ended_at: None,
            progress: None,
            result: None,
            detail: None,
        }
    }
}

impl Telling {
    pub fn tell(&mut self, things: &'static str, done: i64, total: i64) {
        // The log grows while it is walked.
        let total = total.max(done);
        let is_last = done == total;
        if !is_last && self.told.is_some_and(|told| told.elapsed() < PROGRESS_EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        let progress = progress(things, (done, total), self.begun.elapsed().as_secs_f64());
        self.jobs.change(self.id, |job| job.progress = Some(progress));
    }
}

fn progress(things: &'static str, (done, total): (i64, i64), elapsed_s: f64) -> JobProgress {
    let per_second = done as f64 / elapsed_s.max(0.001);
    let seconds_left = (done > 0).then(|| (total - done).max(0) as f64 / per_second);
    JobProgress { things, done, total, per_second, seconds_left }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use serde_json::json;
    use tokio::sync::oneshot;

    use super::*;

    fn ana() -> Operator {
        Operator { name: "ana".into(), expires_at: Timestamp::MAX, is_administrator: false }
    }

    fn begin(
        jobs: &Jobs,
        key: &str,
        work: impl Future<Output = Result<Value, String>> + Send + 'static,
    ) -> Begun {
        let (operator, key) = (ana(), IdempotencyKey::for_test(key));
        jobs.begin(&Wanted { kind: "verify", target: "", operator: &operator, key: &key }, |_| work)
    }

    #[track_caller]
    fn id_of(begun: Begun) -> Uuid {
        match begun {
            Begun::Job(job) => job.id,
            Begun::TooMany { running } => panic!("{running} jobs run"),
        }
    }

    async fn ended(jobs: &Jobs, id: Uuid) {
        while jobs.find(id).unwrap().state == JobState::Running {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn one_key_is_one_job_and_too_many_are_refused_until_one_ends() {
        let jobs = Jobs::default();
        let (end, told_to_end) = oneshot::channel::<()>();
        let first = id_of(begin(&jobs, "a", async move {
            let _ = told_to_end.await;
            Ok(json!(7))
        }));
        assert_eq!(id_of(begin(&jobs, "a", pending())), first);
        id_of(begin(&jobs, "b", pending()));
        assert!(matches!(begin(&jobs, "c", pending()), Begun::TooMany { running: 2 }));
        end.send(()).unwrap();
        ended(&jobs, first).await;
        assert_eq!(jobs.find(first).unwrap().result, Some(json!(7)));
        id_of(begin(&jobs, "c", pending()));
        jobs.stop();
    }

    #[tokio::test]
    async fn those_that_ended_are_forgotten_before_those_that_run() {
        let jobs = Jobs::default();
        let running = id_of(begin(&jobs, "runs", pending()));
        let failed = id_of(begin(&jobs, "fails", async { Err("no".into()) }));
        ended(&jobs, failed).await;
        for number in 0..KEPT_MAX {
            let id = id_of(begin(&jobs, &number.to_string(), async { Ok(json!(null)) }));
            ended(&jobs, id).await;
        }
        assert_eq!((jobs.all().len(), jobs.find(failed).is_none()), (KEPT_MAX, true));
        assert_eq!(jobs.find(running).unwrap().state, JobState::Running);
        jobs.stop();
    }

    #[tokio::test]
    async fn nothing_is_told_to_be_more_than_all_of_it() {
        let (jobs, operator, key) = (Jobs::default(), ana(), IdempotencyKey::for_test("a"));
        let wanted = Wanted { kind: "replay", target: "", operator: &operator, key: &key };
        let id = id_of(jobs.begin(&wanted, |mut telling| async move {
            telling.tell("positions", 39, 38);
            Ok(json!(null))
        }));
        ended(&jobs, id).await;
        let progress = jobs.find(id).unwrap().progress.unwrap();
        assert_eq!((progress.done, progress.total, progress.seconds_left), (39, 39, Some(0.0)));
    }

    #[test]
    fn progress_says_how_fast_it_goes_and_how_long_it_takes() {
        let told = progress("events", (20_000, 50_000), 4.0);
        assert_eq!((told.per_second, told.seconds_left), (5_000.0, Some(6.0)));
        assert_eq!(progress("events", (0, 10), 1.0).seconds_left, None);
    }
}
