//! A private Postgres for the whole test program, and a migrated database of its own for every test.

use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use server::dev::drop_at_exit;
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

const TEMPLATE: &str = "template_airtide";

/// The address of the cluster's superuser.
pub fn cluster() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        // Servers of several tests are there at once, and each holds some fifty connections.
        let settings = vec![("max_connections".into(), "900".into())];
        let options = PostgresOptions { settings, ..PostgresOptions::default() };
        let postgres = PrivatePostgres::start(&options).expect("a private Postgres starts");
        let url = postgres.url();
        drop_at_exit(postgres);
        url
    })
}

/// The same cluster, another database.
pub fn url_of(database: &str) -> String {
    beside(cluster(), database)
}

/// Another database of the cluster that an address leads to.
pub fn beside(url: &str, database: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("an address ends in a database");
    format!("{server}/{database}")
}

/// A migrated database nobody else uses. It goes with the cluster.
pub async fn fresh() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static CLONING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    make_template().await;
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    // One at a time: a template must not be in use while it is copied.
    let _turn = CLONING.lock().await;
    let mut admin = superuser(cluster()).await;
    admin
        .execute(AssertSqlSafe(format!("create database {name} template {TEMPLATE}")))
        .await
        .expect("a database is cloned");
    // Rights on a database itself are not cloned.
    admin
        .execute(AssertSqlSafe(format!("grant create on database {name} to owner")))
        .await
        .expect("its owner may make schemas");
    url_of(&name)
}

/// A database without any table.
pub async fn empty(name: &str) -> String {
    let mut admin = superuser(cluster()).await;
    admin.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a database is made");
    url_of(name)
}

async fn make_template() {
    static MADE: OnceCell<()> = OnceCell::const_new();
    MADE.get_or_init(|| async {
        let url = empty(TEMPLATE).await;
        eventstore::migrate::up(&url).await.expect("the template is migrated");
        projections::install(&url, projections::all()).await.expect("read models have their tables");
    })
    .await;
}

/// A connection that no policy binds, to look behind the scenes and to break things.
pub async fn superuser(url: &str) -> PgConnection {
    try_superuser(url).await.expect("the superuser connects")
}

/// The same where Postgres may be away.
pub async fn try_superuser(url: &str) -> sqlx::Result<PgConnection> {
    let options = PgConnectOptions::from_str(url).expect("an address");
    PgConnection::connect_with(&options).await
}
