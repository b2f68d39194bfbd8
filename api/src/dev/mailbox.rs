//! Mails that were not sent but kept, in the database: the process that would send them need not be the one that shows
//! them.

use std::time::Duration;

use async_trait::async_trait;
use domain::identity::ports::{Mail, MailFault, Mailer, Sent};
use eventstore::database::{self, Role, Unfit};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

/// Mails that are kept; older ones go.
const KEPT_MAX: i64 = 200;
const CONNECTIONS: u32 = 2;
/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Cheap to clone.
#[derive(Clone)]
pub struct DevMailbox {
    pool: PgPool,
}

#[derive(Debug, Serialize)]
pub struct KeptMail {
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub sent_at: Timestamp,
}

impl DevMailbox {
    pub fn open(database_url: &str) -> Result<Self, Unfit> {
        Ok(Self { pool: database::pool(database_url, Role::Identity, CONNECTIONS)? })
    }

    /// The newest first.
    pub async fn newest(&self) -> sqlx::Result<Vec<KeptMail>> {
        let asking = sqlx::query(
            "select id, recipient, subject, body, sent_at from dev_mailbox order by sent_at desc, id desc limit $1",
        )
        .bind(KEPT_MAX)
        .fetch_all(&self.pool);
        in_time(asking).await?.iter().map(KeptMail::from_row).collect()
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn keep(&self, mail: &Mail) -> sqlx::Result<()> {
        let keeping = sqlx::query(
            "insert into dev_mailbox(id, recipient, subject, body) values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(&mail.id)
        .bind(&mail.to)
        .bind(&mail.subject)
        .bind(&mail.text)
        .execute(&self.pool);
        in_time(keeping).await?;
        let dropping = sqlx::query(
            "delete from dev_mailbox where id in (select id from dev_mailbox order by sent_at desc, id desc offset $1)",
        )
        .bind(KEPT_MAX)
        .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }
}

#[async_trait]
impl Mailer for DevMailbox {
    async fn send(&self, mail: &Mail) -> Result<Sent, MailFault> {
        match self.keep(mail).await {
            Ok(()) => Ok(Sent { message_id: mail.id.clone() }),
            // Under one name a mail is kept once, so coming back does no harm.
            Err(_) => Err(MailFault::Later("the mailbox cannot be reached".into())),
        }
    }
}

impl KeptMail {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            to: row.try_get("recipient")?,
            subject: row.try_get("subject")?,
            text: row.try_get("body")?,
            sent_at: row.try_get::<jiff_sqlx::Timestamp, _>("sent_at")?.to_jiff(),
        })
    }
}

async fn in_time<T>(asking: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
