//! What may wait for the writer: so many commands, a quarter of them of one tenant, and every tenant in its turn.

use std::time::Duration;

use eventstore::execute::{CommandError, Executor, Receipt, Request};
use eventstore::{Log, LogOptions};
use sqlx::{Connection, Executor as _, PgConnection};
use support::log::{create, options, tenant, to_workspace_of};
use support::{database, wait};
use tempfile::TempDir;
use tokio::task::JoinSet;

type Answers = JoinSet<Result<Receipt, CommandError>>;

/// A log whose writer waits for the lock, which somebody else holds.
struct Stalled {
    log: Log,
    url: String,
    _keys: TempDir,
    lock_holder: PgConnection,
    answers: Answers,
}

impl Stalled {
    async fn with_queue_of(queue_units: usize) -> Self {
        let url = database::fresh().await;
        let keys = tempfile::tempdir().unwrap();
        let log = Log::open(LogOptions { queue_units, ..options(&url, keys.path()) }).await.unwrap();
        let mut lock_holder = database::superuser(&url).await;
        lock_holder.execute("begin; lock table log_lock in exclusive mode").await.unwrap();
        let mut stalled = Self { log, url, _keys: keys, lock_holder, answers: JoinSet::new() };
        stalled.spawn("first", 0);
        stalled.wait_until_the_writer_waits().await;
        stalled
    }

    async fn wait_until_the_writer_waits(&self) {
        wait::until_true("the writer waits", Duration::from_secs(5), async || {
            let waiting = sqlx::query_scalar::<_, i64>(
                // Tables of cloned databases have the same numbers.
                "select count(*) from pg_locks l join pg_database d on d.oid = l.database
                 where d.datname = current_database() and l.relation = 'log_lock'::regclass and not l.granted",
            );
            let waiting = waiting.fetch_one(&mut database::superuser(&self.url).await).await;
            waiting.unwrap() == 1
        })
        .await;
    }

    fn spawn(&mut self, tenant: &str, number: usize) {
        self.answers.spawn(create_one(self.log.executor(), tenant.to_owned(), number));
    }

    /// Sends one more command than the tenant's share. While the writer waits, the first answer is a refusal, and
    /// then all others are in the queue.
    async fn fill_share(&mut self, tenant: &str, share: usize) -> Result<(), TooLate> {
        (0..=share).for_each(|number| self.spawn(tenant, number));
        match self.answers.join_next().await.unwrap().unwrap() {
            Err(CommandError::Overloaded) => Ok(()),
            Err(CommandError::Unavailable(_)) => Err(TooLate),
            other => panic!("{other:?}"),
        }
    }

    /// Gives the lock back; whatever was queued is carried out.
    async fn go_on(self) -> Result<Vec<String>, TooLate> {
        self.lock_holder.close().await.unwrap();
        for answer in self.answers.join_all().await {
            match answer {
                Ok(_) => {}
                Err(CommandError::Unavailable(_)) => return Err(TooLate),
                Err(other) => panic!("{other:?}"),
            }
        }
        let events = self.log.reader().between(1, 1_000).await.unwrap();
        self.log.close().await;
        Ok(events.iter().map(|event| event.stream.tenant.to_string()).collect())
    }
}

/// The writer's patience ended before everything was queued: the machine is too busy for this to show anything.
struct TooLate;

/// Tries a scene again that a busy machine spoiled. What it asserts it asserts each time.
async fn before_patience_ends(scene: impl AsyncFn() -> Result<(), TooLate>) {
    for _ in 0..5 {
        if scene().await.is_ok() {
            return;
        }
    }
    panic!("five times the writer gave up before the queue was full");
}

async fn create_one(executor: Executor, name: String, number: usize) -> Result<Receipt, CommandError> {
    let request = Request::new(tenant(&name), "usr_ana");
    let plan = to_workspace_of(&tenant(&name), &format!("workspace-{number}"), create("Workspace"));
    executor.execute(&request, plan).await
}

#[tokio::test]
async fn a_tenant_fills_a_quarter_and_all_of_them_fill_the_queue() {
    before_patience_ends(async || {
        let mut stalled = Stalled::with_queue_of(8).await;
        for tenant in ["acme", "globex", "initech", "umbrella"] {
            stalled.fill_share(tenant, 2).await?;
        }
        let late = create_one(stalled.log.executor(), "hooli".into(), 0).await;
        assert!(matches!(late, Err(CommandError::Overloaded)), "{late:?}");
        assert_eq!(stalled.go_on().await?.len(), 1 + 8);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn tenants_take_turns_however_much_one_of_them_asks() {
    before_patience_ends(async || {
        let mut stalled = Stalled::with_queue_of(40).await;
        stalled.fill_share("acme", 10).await?;
        stalled.fill_share("globex", 10).await?;
        let written = stalled.go_on().await?;
        assert_eq!(written.len(), 1 + 20);
        for pair in written[1..].chunks(2) {
            assert_eq!(pair, ["acme", "globex"]);
        }
        Ok(())
    })
    .await;
}
