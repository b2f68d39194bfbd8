//! Connections to Postgres: every one logs in with the database's URL and takes its role before anything else.

use std::error::Error;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool, Row};

/// The roles of the log; `migrations/` says what each may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Makes tables and partitions, reads nothing.
    Owner,
    /// Appends, and loads what commands decide on.
    LogWriter,
    /// Reads the log of every tenant.
    LogReader,
    /// Serves requests: sees one tenant at a time, appends nothing.
    App,
    /// Keeps credentials and sessions; sees nothing else but whose a name is.
    Identity,
    /// Reads records for callers, of whichever tenant its queries name; sees nothing else.
    RecordsReader,
    /// Writes read models.
    Projector,
    /// Claims work and settles it.
    Worker,
    /// Notes which streams of the broker there are.
    Relay,
    /// Adds keys that wrap, and wraps anew what lies under older ones.
    KeyKeeper,
    /// Destroys keys of people, and sees none.
    Eraser,
    /// Copies everything; the only one that row-level security does not bind.
    Backup,
}

impl Role {
    pub const ALL: [Role; 12] = [
        Role::Owner,
        Role::LogWriter,
        Role::LogReader,
        Role::App,
        Role::Identity,
        Role::RecordsReader,
        Role::Projector,
        Role::Worker,
        Role::Relay,
        Role::KeyKeeper,
        Role::Eraser,
        Role::Backup,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::LogWriter => "log_writer",
            Role::LogReader => "log_reader",
            Role::App => "app",
            Role::Identity => "identity",
            Role::RecordsReader => "records_reader",
            Role::Projector => "projector",
            Role::Worker => "worker",
            Role::Relay => "relay",
            Role::KeyKeeper => "key_keeper",
            Role::Eraser => "eraser",
            Role::Backup => "backup",
        }
    }
}

/// Why the log does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("the database's URL cannot be read")]
    Url(#[source] sqlx::Error),
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    #[error("the role {role} cannot be taken; run `airtide migrate up`")]
    NoRole { role: &'static str, source: sqlx::Error },
    #[error("the role in force, {0}, is superuser or bypasses row-level security")]
    UnboundRole(String),
    #[error("Postgres runs with {0} = off: acknowledged commands could be lost")]
    NotDurable(&'static str),
    #[error("the database could not be asked about itself")]
    Unanswered(#[source] sqlx::Error),
}

/// Whether an error comes of a database that does not answer: another attempt may find it there.
pub fn is_out_of_reach(error: &(dyn Error + 'static)) -> bool {
    use sqlx::Error::{Io, PoolClosed, PoolTimedOut};
    matches!(error.downcast_ref(), Some(Io(_) | PoolTimedOut | PoolClosed))
        || error.source().is_some_and(is_out_of_reach)
}

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ASKED_WHEN_IDLE_FOR: Duration = Duration::from_secs(1);

/// What holds for every session. Keepalives end one whose host is gone: it may hold the lock of the log.
const SESSION: &str = "
    set idle_in_transaction_session_timeout = '30s';
    set default_transaction_isolation = 'read committed';
    set synchronous_commit = on;
    set timezone = 'UTC';
    set jit = off;
    set tcp_keepalives_idle = 10;
    set tcp_keepalives_interval = 5;
    set tcp_keepalives_count = 3;
";

/// The log is read by its indexes. On a table that was analysed while it was empty, any other plan is twenty
/// times slower, and plans are kept for the life of a session.
const BY_INDEX: &str = "
    set plan_cache_mode = force_generic_plan;
    set enable_hashjoin = off;
    set enable_mergejoin = off;
    set enable_seqscan = off;
";

/// Read models and their checkpoints fall together, and are made again from the log. One that stands still in the
/// middle of a batch must not hold up whoever takes over from it.
const DERIVED: &str = "
    set synchronous_commit = off;
    set idle_in_transaction_session_timeout = '2s';
    set lock_timeout = '5s';
    set statement_timeout = '30s'
";

fn settings(role: Role) -> String {
    let (timeouts, plans) = match role {
        Role::LogWriter => ("set lock_timeout = '2s'; set statement_timeout = '5s'", BY_INDEX),
        Role::LogReader => ("set lock_timeout = '5s'; set statement_timeout = '30s'", BY_INDEX),
        Role::Owner => ("set lock_timeout = '1s'", ""),
        Role::Projector => (DERIVED, BY_INDEX),
        Role::RecordsReader => {
            ("set search_path = read; set lock_timeout = '2s'; set statement_timeout = '10s'", BY_INDEX)
        }
        Role::Worker => ("set lock_timeout = '2s'; set statement_timeout = '10s'", BY_INDEX),
        Role::App | Role::Identity | Role::Relay | Role::KeyKeeper | Role::Eraser | Role::Backup => {
            ("set lock_timeout = '5s'; set statement_timeout = '30s'", "")
        }
    };
    format!("{SESSION} {plans} {timeouts}")
}

pub fn options(url: &str) -> Result<PgConnectOptions, Unfit> {
    let options = PgConnectOptions::from_str(url).map_err(Unfit::Url)?;
    Ok(options.application_name("airtide").disable_statement_logging())
}

/// One connection in a role, with the settings of every session of that role.
pub async fn connect(url: &str, role: Role) -> Result<PgConnection, Unfit> {
    let options = options(url)?;
    in_time(async {
        let mut connection = PgConnection::connect_with(&options).await.map_err(Unfit::Unreachable)?;
        take_role(&mut connection, role).await?;
        Ok(connection)
    })
    .await
}

/// A server that takes a connection and then says nothing is out of reach, too.
pub(crate) async fn in_time<T>(opening: impl Future<Output = Result<T, Unfit>>) -> Result<T, Unfit> {
    tokio::time::timeout(CONNECT_TIMEOUT, opening)
        .await
        .unwrap_or(Err(Unfit::Unreachable(sqlx::Error::PoolTimedOut)))
}

async fn take_role(connection: &mut PgConnection, role: Role) -> Result<(), Unfit> {
    let name = role.name();
    connection
        .execute(AssertSqlSafe(format!("set role {name}; {}", settings(role))))
        .await
        .map_err(|source| Unfit::NoRole { role: name, source })?;
    Ok(())
}

/// A pool whose every connection has taken the role.
pub fn pool(url: &str, role: Role, connections_max: u32) -> Result<PgPool, Unfit> {
    let pool = PgPoolOptions::new()
        .min_connections(1)
        .max_connections(connections_max)
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, known| Box::pin(is_well(connection, known.idle_for)))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                take_role(connection, role).await.map_err(|unfit| sqlx::Error::Configuration(unfit.into()))
            })
        })
        .connect_lazy_with(options(url)?);
    // Whoever comes first finds a connection open, or meets what is in its way.
    let opening = pool.clone();
    tokio::spawn(async move { opening.acquire().await.map(drop) });
    Ok(pool)
}

/// A question more for each use would cost as much as many a use: only a connection that has lain idle is asked whether
/// it still stands. One that broke just now fails at its use, as it would have a moment later.
async fn is_well(connection: &mut PgConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for >= ASKED_WHEN_IDLE_FOR {
        connection.ping().await?;
    }
    Ok(true)
}

/// Refuses a database that may forget what it acknowledged, and a role that no policy binds.
pub async fn check(connection: &mut PgConnection) -> Result<(), Unfit> {
    check_durability(connection).await?;
    check_role_in_force(connection).await
}

async fn check_durability(connection: &mut PgConnection) -> Result<(), Unfit> {
    // The session sets synchronous_commit itself, so the cluster's own value is what has to be asked for.
    let row = sqlx::query(
        "select current_setting('fsync') = 'off' as fsync,
                current_setting('full_page_writes') = 'off' as full_page_writes,
                (select reset_val = 'off' from pg_settings where name = 'synchronous_commit') as synchronous_commit",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(Unfit::Unanswered)?;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        if row.try_get::<bool, _>(setting).map_err(Unfit::Unanswered)? {
            return Err(Unfit::NotDurable(setting));
        }
    }
    Ok(())
}

async fn check_role_in_force(connection: &mut PgConnection) -> Result<(), Unfit> {
    let (role, unbound): (String, bool) = sqlx::query_as(
        "select rolname::text, rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(Unfit::Unanswered)?;
    if unbound { Err(Unfit::UnboundRole(role)) } else { Ok(()) }
}
