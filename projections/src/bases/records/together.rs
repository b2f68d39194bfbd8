//! Single records that are asked for at the same time are read by one statement: the more there are who ask, the less each costs, and
//! whoever asks alone waits for nobody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use domain::bases::BaseKey;
use domain::bases::ids::{RecordId, TableId};
use domain::identity::TenantId;
use sqlx::{PgPool, Row};
use tokio::sync::oneshot;

use super::reader::ShownRow;

/// Statements under way at once: while one is, those who come wait for the next.
const STATEMENTS_MAX: usize = 2;
/// Records that one statement asks for.
const TOGETHER_MAX: usize = 64;

const SQL: &str = "select at, found.id, number, created_at, cells::text as cells
    from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality asked (tenant, base, table_id, id, at)
      cross join lateral (select * from records r where r.tenant = asked.tenant and r.base = asked.base and r.id = asked.id
                          offset 0) found
    where found.table_id = asked.table_id and not found.deleted";

/// The tenant is part of where a record lies, so tenants may share a statement and none is told of another's.
pub struct Place {
    pub tenant: TenantId,
    pub base: BaseKey,
    pub table: TableId,
    pub record: RecordId,
}

struct Asked {
    place: Place,
    answer: oneshot::Sender<Option<ShownRow>>,
}

#[derive(Default)]
struct Waiting {
    asked: VecDeque<Asked>,
    statements: usize,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Together {
    pool: PgPool,
    waiting: Arc<Mutex<Waiting>>,
}

impl Together {
    pub fn new(pool: PgPool) -> Self {
        Self { pool, waiting: Arc::default() }
    }

    /// The outer nothing: it failed for all who asked at once, and nobody knows for whom it would not have.
    pub async fn shown(&self, place: Place) -> Option<Option<ShownRow>> {
        let (answer, answered) = oneshot::channel();
        if self.enqueue(Asked { place, answer }) {
            // Of its own, so that it goes on for the others when whoever began it is gone.
            tokio::spawn(self.clone().ask_on());
        }
        answered.await.ok()
    }

    /// Whether one more statement is to begin.
    fn enqueue(&self, asked: Asked) -> bool {
        let mut waiting = self.waiting();
        waiting.asked.push_back(asked);
        let begins = waiting.statements < STATEMENTS_MAX;
        waiting.statements += usize::from(begins);
        begins
    }

    /// One statement after the other until nobody waits.
    async fn ask_on(self) {
        while let Some(asked) = self.next() {
            self.ask(asked).await;
        }
    }

    fn next(&self) -> Option<Vec<Asked>> {
        let mut waiting = self.waiting();
        if waiting.asked.is_empty() {
            waiting.statements -= 1;
            return None;
        }
        let count = waiting.asked.len().min(TOGETHER_MAX);
        Some(waiting.asked.drain(..count).collect())
    }

    async fn ask(&self, asked: Vec<Asked>) {
        let rows = match self.rows(&asked).await {
            Ok(rows) => rows,
            // Whoever is not answered asks alone, and is told why.
            Err(error) => {
                return tracing::debug!(%error, records = asked.len(), "records cannot be read together");
            }
        };
        for (Asked { answer, .. }, row) in asked.into_iter().zip(rows) {
            let _ = answer.send(row);
        }
    }

    async fn rows(&self, asked: &[Asked]) -> sqlx::Result<Vec<Option<ShownRow>>> {
        let texts =
            |part: fn(&Place) -> &str| asked.iter().map(|asked| part(&asked.place)).collect::<Vec<_>>();
        let query = sqlx::query(SQL)
            .bind(texts(|place| place.tenant.as_str()))
            .bind(texts(|place| place.base.as_str()))
            .bind(texts(|place| place.table.as_str()))
            .bind(texts(|place| place.record.as_str()));
        let mut rows: Vec<Option<ShownRow>> = asked.iter().map(|_| None).collect();
        for row in query.fetch_all(&self.pool).await? {
            let at = usize::try_from(row.try_get::<i64, _>("at")? - 1).unwrap_or(usize::MAX);
            if let Some(place) = rows.get_mut(at) {
                *place = Some(ShownRow::from_row(&row)?);
            }
        }
        Ok(rows)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
