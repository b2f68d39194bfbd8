//! Sessions: which sign-ins are valid at this moment, and where each is at work.

use std::time::Duration;

use domain::id::Id;
use domain::identity::session::EndReason;
use domain::identity::{SessionId, TenantId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{KeptTables, in_time};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A session that is not refreshed for so long ends.
const IDLE: Duration = DAY.saturating_mul(14);
/// However often it is refreshed.
const LIFETIME: Duration = DAY.saturating_mul(90);
/// The same of a browser's.
pub(super) const COOKIE_IDLE: Duration = Duration::from_secs(8 * 60 * 60);
const COOKIE_LIFETIME: Duration = DAY.saturating_mul(7);
/// Within it the same refresh token gives the same answer: tabs ask side by side, and answers get lost.
const GRACE: Duration = Duration::from_secs(10);
/// Sessions of one person at a time; the one used least recently makes room.
const PER_PERSON_MAX: i64 = 100;

/// A sign-in that is to be kept.
pub struct Session<'a> {
    pub id: &'a SessionId,
    pub user: &'a UserId,
    pub tenant: &'a TenantId,
    /// What signed in, as it called itself.
    pub client: Option<&'a str>,
    /// Whether its person showed a code besides the password.
    pub with_code: bool,
    /// The hash of a browser's cookie; nothing where there are tokens.
    pub cookie: Option<&'a [u8]>,
}

/// Which sessions of a person are meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    One(&'a SessionId),
    /// All of them, or all but this one.
    AllBut(Option<&'a SessionId>),
    /// Those that are at work in a tenant.
    In(&'a TenantId),
}

/// A session that holds, as its person sees it.
pub struct SessionRow {
    pub id: SessionId,
    pub tenant: TenantId,
    pub client: Option<String>,
    pub started_at: Timestamp,
    pub used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What became of a refresh token.
pub enum Refreshed {
    /// The session goes on, with the token of this number.
    On { user: UserId, tenant: TenantId, number: i64, with_code: bool },
    /// It was exchanged before, too long ago for a caller who did not hear the answer.
    Reused { user: UserId },
    /// The session has ended.
    Over,
}

/// An end of a session of which no event is known to tell.
pub struct Unrecorded {
    pub session: SessionId,
    /// Nothing where its person signed out.
    pub because: Option<EndReason>,
}

/// What is known of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Valid,
    Revoked,
}

impl KeptTables {
    pub async fn keep_session(&self, session: &Session<'_>) -> sqlx::Result<()> {
        let (idle, lifetime) = match session.cookie {
            Some(_) => (COOKIE_IDLE, COOKIE_LIFETIME),
            None => (IDLE, LIFETIME),
        };
        let keeping = sqlx::query(
            "insert into sessions(id, user_id, tenant, client, second_factor, cookie_hash, expires_at, ends_at)
             values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), now() + make_interval(secs => $8))",
        )
        .bind(session.id.as_str())
        .bind(session.user.as_str())
        .bind(session.tenant.as_str())
        .bind(session.client)
        .bind(session.with_code)
        .bind(session.cookie)
        .bind(idle.as_secs_f64())
        .bind(lifetime.as_secs_f64())
        .execute(&self.pool);
        in_time(keeping).await.map(|_| ())
    }

    /// Moves a valid session to another tenant; false when it is not valid any more.
    pub async fn move_session(&self, id: &SessionId, tenant: &TenantId) -> sqlx::Result<bool> {
        let moving = sqlx::query(
            "update sessions set tenant = $2, used_at = now()
             where id = $1 and revoked_at is null and expires_at > now()",
        )
        .bind(id.as_str())
        .bind(tenant.as_str())
        .execute(&self.pool);
        Ok(in_time(moving).await?.rows_affected() == 1)
    }

    /// Exchanges the refresh token of a number for the next.
    pub async fn refresh(&self, id: &SessionId, number: i64) -> sqlx::Result<Refreshed> {
        let exchanging = sqlx::query(
            "update sessions set refreshes = refreshes + 1, refreshed_at = now(), used_at = now(),
                    expires_at = least(now() + make_interval(secs => $3), ends_at)
             where id = $1 and refreshes = $2 and revoked_at is null and expires_at > now()
             returning user_id, tenant, refreshes, second_factor",
        )
        .bind(id.as_str())
        .bind(number)
        .bind(IDLE.as_secs_f64())
        .fetch_optional(&self.pool);
        match in_time(exchanging).await? {
            Some(row) => on(&row),
            None => self.refreshed_before(id, number).await,
        }
    }

    /// What a token comes to that is not the one the session waits for.
    async fn refreshed_before(&self, id: &SessionId, number: i64) -> sqlx::Result<Refreshed> {
        let asking = sqlx::query(
            "select user_id, tenant, refreshes, second_factor,
                    refreshes = $2 + 1 and refreshed_at > now() - make_interval(secs => $3) as is_again
             from sessions where id = $1 and revoked_at is null and expires_at > now()",
        )
        .bind(id.as_str())
        .bind(number)
        .bind(GRACE.as_secs_f64())
        .fetch_optional(&self.pool);
        match in_time(asking).await? {
            Some(row) if row.try_get("is_again")? => on(&row),
            Some(row) => Ok(Refreshed::Reused { user: id_of(&row, "user_id")? }),
            None => Ok(Refreshed::Over),
        }
    }

    /// Those that hold, the one used last first.
    pub async fn sessions_of(&self, user: &UserId) -> sqlx::Result<Vec<SessionRow>> {
        let asking = sqlx::query(
            "select id, tenant, client, started_at, used_at, expires_at from sessions
             where user_id = $1 and revoked_at is null and expires_at > now() order by used_at desc, id limit $2",
        )
        .bind(user.as_str())
        .bind(PER_PERSON_MAX)
        .fetch_all(&self.pool);
        in_time(asking).await?.iter().map(SessionRow::from_row).collect()
    }

    /// Ends sessions of a person; says which ended by it.
    pub async fn revoke_sessions(
        &self,
        user: &UserId,
        which: Which<'_>,
        because: EndReason,
    ) -> sqlx::Result<Vec<SessionId>> {
        let (one, but, tenant) = match which {
            Which::One(one) => (Some(one), None, None),
            Which::AllBut(but) => (None, but, None),
            Which::In(tenant) => (None, None, Some(tenant)),
        };
        let revoking = sqlx::query(
            "update sessions set revoked_at = now(), revoked_because = $4
             where user_id = $1 and revoked_at is null and expires_at > now()
               and ($2::text is null or id = $2) and ($3::text is null or id <> $3)
               and ($5::text is null or tenant = $5) returning id",
        )
        .bind(user.as_str())
        .bind(one.map(|id| id.as_str()))
        .bind(but.map(|id| id.as_str()))
        .bind(because.as_str())
        .bind(tenant.map(|id| id.as_str()))
        .fetch_all(&self.pool);
        in_time(revoking).await?.iter().map(|row| id_of(row, "id")).collect()
    }

    /// Ends those of a person that are more than are kept, the one used least recently first.
    pub async fn revoke_oldest_sessions(&self, user: &UserId) -> sqlx::Result<Vec<SessionId>> {
        let revoking = sqlx::query(
            "update sessions set revoked_at = now(), revoked_because = $3
             where id in (select id from sessions where user_id = $1 and revoked_at is null and expires_at > now()
                          order by used_at desc, id offset $2) returning id",
        )
        .bind(user.as_str())
        .bind(PER_PERSON_MAX)
        .bind(EndReason::TooMany.as_str())
        .fetch_all(&self.pool);
        in_time(revoking).await?.iter().map(|row| id_of(row, "id")).collect()
    }

    /// Events tell of these ends.
    pub async fn ends_are_recorded(&self, sessions: &[SessionId]) -> sqlx::Result<()> {
        let ids: Vec<&str> = sessions.iter().map(|id| id.as_str()).collect();
        let noting =
            sqlx::query("update sessions set recorded_at = now() where id = any($1) and recorded_at is null")
                .bind(ids)
                .execute(&self.pool);
        in_time(noting).await.map(|_| ())
    }

    /// Ends of a while ago of which no event is known to tell.
    pub async fn unrecorded_ends(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<Unrecorded>> {
        let asking = sqlx::query(
            "select id, revoked_because from sessions
             where revoked_at < now() - make_interval(secs => $1) and recorded_at is null order by revoked_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        let unrecorded = |row: &PgRow| {
            let because: Option<String> = row.try_get("revoked_because")?;
            Ok(Unrecorded {
                session: id_of(row, "id")?,
                because: because.as_deref().and_then(EndReason::named),
            })
        };
        in_time(asking).await?.iter().map(unrecorded).collect()
    }

    /// Its person has shown who they are, now, and whether with a code.
    pub async fn prove_session(&self, id: &SessionId, with_code: bool) -> sqlx::Result<()> {
        let proving = sqlx::query("update sessions set proven_at = now(), second_factor = $2 where id = $1")
            .bind(id.as_str())
            .bind(with_code)
            .execute(&self.pool);
        in_time(proving).await.map(|_| ())
    }

    /// Whether its person has shown within a time who they are.
    pub async fn is_proven_within(&self, id: &SessionId, time: Duration) -> sqlx::Result<bool> {
        let asking = sqlx::query_scalar(
            "select exists (select from sessions where id = $1 and revoked_at is null
                            and proven_at > now() - make_interval(secs => $2))",
        )
        .bind(id.as_str())
        .bind(time.as_secs_f64())
        .fetch_one(&self.pool);
        in_time(asking).await
    }

    pub async fn revoke_session(&self, id: &SessionId) -> sqlx::Result<()> {
        let revoking =
            sqlx::query("update sessions set revoked_at = now() where id = $1 and revoked_at is null")
                .bind(id.as_str())
                .execute(&self.pool);
        in_time(revoking).await.map(|_| ())
    }

    /// Whose a session is, whether it holds or not.
    pub async fn owner_of_session(&self, id: &SessionId) -> sqlx::Result<Option<UserId>> {
        let asking = sqlx::query("select user_id from sessions where id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool);
        in_time(asking).await?.map(|row| id_of(&row, "user_id")).transpose()
    }

    pub async fn session(&self, id: &SessionId) -> sqlx::Result<Kept> {
        let asking = sqlx::query_scalar(
            "select exists (select from sessions where id = $1 and revoked_at is null and expires_at > now())",
        )
        .bind(id.as_str())
        .fetch_one(&self.pool);
        Ok(if in_time(asking).await? { Kept::Valid } else { Kept::Revoked })
    }

    /// Sessions revoked within a time; a token outlives its session by no more than its own life.
    pub async fn revoked_within(&self, time: Duration) -> sqlx::Result<Vec<String>> {
        let asking = sqlx::query_scalar(
            "select id from sessions where revoked_at > now() - make_interval(secs => $1)",
        )
        .bind(time.as_secs_f64())
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// The tenant that a person was at work in last.
    pub async fn last_tenant(&self, user: &UserId) -> sqlx::Result<Option<String>> {
        let asking = sqlx::query_scalar(
            "select tenant from sessions where user_id = $1 order by used_at desc limit 1",
        )
        .bind(user.as_str())
        .fetch_optional(&self.pool);
        in_time(asking).await
    }

    /// Drops sessions that ended long ago, and says how many.
    pub async fn drop_ended_sessions(&self, age: Duration) -> sqlx::Result<u64> {
        let dropping =
            sqlx::query("delete from sessions where expires_at < now() - make_interval(secs => $1)")
                .bind(age.as_secs_f64())
                .execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }
}

impl SessionRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |column| Ok::<_, sqlx::Error>(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff());
        Ok(Self {
            id: id_of(row, "id")?,
            tenant: id_of(row, "tenant")?,
            client: row.try_get("client")?,
            started_at: time("started_at")?,
            used_at: time("used_at")?,
            expires_at: time("expires_at")?,
        })
    }
}

fn on(row: &PgRow) -> sqlx::Result<Refreshed> {
    let (user, tenant) = (id_of(row, "user_id")?, id_of(row, "tenant")?);
    let (number, with_code) = (row.try_get("refreshes")?, row.try_get("second_factor")?);
    Ok(Refreshed::On { user, tenant, number, with_code })
}

pub(super) fn id_of<Kind>(row: &PgRow, column: &str) -> sqlx::Result<Id<Kind>> {
    let text: String = row.try_get(column)?;
    Id::new(text)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}
