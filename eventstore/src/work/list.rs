//! Pages of work, from either end.

use serde::Serialize;
use sqlx::{Postgres, QueryBuilder};

use super::pieces::{COLUMNS, Piece};
use super::{Choice, Work, choice};

/// By when it came to be owed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    OldestFirst,
    NewestFirst,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub work: Vec<Piece>,
    /// Where to go on; nothing when there is nothing behind it.
    pub next: Option<i64>,
}

impl Work {
    /// Work that fits, behind a place that an earlier page named.
    pub async fn list(
        &self,
        choice: &Choice,
        order: Order,
        behind: Option<i64>,
        limit: usize,
    ) -> sqlx::Result<Listed> {
        let (direction, beyond) = match order {
            Order::OldestFirst => ("asc", ">"),
            Order::NewestFirst => ("desc", "<"),
        };
        let mut sql = QueryBuilder::<Postgres>::new(format!("select {COLUMNS} from work w where true"));
        choice::push(&mut sql, choice);
        if let Some(behind) = behind {
            sql.push(format_args!(" and w.seq {beyond} ")).push_bind(behind);
        }
        sql.push(format_args!(" order by w.seq {direction} limit ")).push_bind(limit as i64 + 1);
        let mut looking = self.looking().await?;
        let rows = sql.build().fetch_all(&mut *looking).await?;
        looking.commit().await?;
        let mut work: Vec<Piece> = rows.iter().map(Piece::from_row).collect::<Result<_, _>>()?;
        let has_more = work.len() > limit;
        work.truncate(limit);
        Ok(Listed { next: work.last().filter(|_| has_more).map(|last| last.seq), work })
    }
}
