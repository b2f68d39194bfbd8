//! Holds the log of the database against what was signed of it.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use sqlx::PgConnection;

use super::compared::Compared;
use super::file::Reading;
use super::history::{Held, History};
use super::line::{Checkpoint, VerifyingKey};

const LINES_IN_A_PAGE: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum CompareFailed {
    #[error("the checkpoints cannot be read")]
    File(#[from] io::Error),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}

/// What the log says at the end of a batch: what the chain has come to, and the id of the event.
type End = (Vec<u8>, Option<String>);

/// Compares every checkpoint of a file with the log. Nothing when there is no such file.
pub async fn compare(
    reader: &mut PgConnection,
    path: &Path,
    key: &VerifyingKey,
) -> Result<Option<Compared>, CompareFailed> {
    // The file before the log: what is signed meanwhile is not held against an earlier end.
    let Some(mut reading) = Reading::open(path)? else {
        return Ok(None);
    };
    let history = History::read(reader).await?;
    let mut compared = Compared::default();
    loop {
        let page = next_page(&mut reading, key, &history, &mut compared)?;
        if page.is_empty() {
            compared.is_torn = reading.is_torn();
            return Ok(Some(compared));
        }
        let ends = ends_at(reader, &page).await?;
        for checkpoint in page {
            let agrees = ends.get(&checkpoint.position).is_some_and(|end| is_as_signed(end, &checkpoint));
            compared.note_compared(checkpoint, agrees);
        }
    }
}

/// The next checkpoints that the log must agree with.
fn next_page(
    reading: &mut Reading,
    key: &VerifyingKey,
    history: &History,
    compared: &mut Compared,
) -> io::Result<Vec<Checkpoint>> {
    let mut page = Vec::new();
    while page.len() < LINES_IN_A_PAGE {
        let Some(line) = reading.next_line()? else {
            break;
        };
        match key.verify(&line) {
            Ok(checkpoint) => match history.held(&checkpoint) {
                Held::Against => page.push(checkpoint),
                Held::Not => compared.set_aside += 1,
                Held::BehindEnd(head) => compared.note_cut_off(head, &checkpoint),
                Held::Unknown => compared.note_unknown(&checkpoint),
            },
            Err(unsigned) => compared.note_line(reading.line_number(), unsigned),
        }
    }
    Ok(page)
}

async fn ends_at(reader: &mut PgConnection, page: &[Checkpoint]) -> sqlx::Result<HashMap<i64, End>> {
    let positions: Vec<i64> = page.iter().map(|checkpoint| checkpoint.position).collect();
    let rows: Vec<(i64, Vec<u8>, Option<String>)> = sqlx::query_as(
        "select b.last_position, b.chain_hash, e.meta ->> 'event_id'
         from log_batches b left join events e on e.position = b.last_position
         where b.last_position = any($1)",
    )
    .bind(positions)
    .fetch_all(reader)
    .await?;
    Ok(rows.into_iter().map(|(position, chain_hash, event_id)| (position, (chain_hash, event_id))).collect())
}

fn is_as_signed((chain_hash, event_id): &End, checkpoint: &Checkpoint) -> bool {
    *chain_hash == checkpoint.chain_hash && event_id.as_deref() == Some(&checkpoint.event_id.to_string())
}
