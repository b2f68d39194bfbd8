//! The file of signed checkpoints: whether it is kept up with the log.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::{Connection, PgConnection};

use super::Finding;
use crate::chain_of;
use crate::database::{self, Role};

const CHECK: &str = "checkpoints";
const FIX: &str = "start `airtide serve` with the role projections; see docs/operations/verify-the-log.md";
/// One is signed each minute in which the log goes on.
const LATE: Duration = Duration::from_secs(5 * 60);

pub async fn examine_checkpoints(database_url: &str, file: &Path) -> Finding {
    let mut reader = match database::connect(database_url, Role::LogReader).await {
        Ok(reader) => reader,
        Err(unfit) => return Finding::unknown(CHECK, chain_of(&unfit)),
    };
    let newest = newest(&mut reader).await;
    let _ = reader.close().await;
    match newest {
        Ok(newest) => judge(file, newest),
        Err(error) => Finding::unknown(CHECK, error.to_string()),
    }
}

/// When the log went on last.
async fn newest(reader: &mut PgConnection) -> sqlx::Result<Timestamp> {
    let newest: jiff_sqlx::Timestamp =
        sqlx::query_scalar("select recorded_at from log_batches order by last_position desc limit 1")
            .fetch_one(reader)
            .await?;
    Ok(newest.to_jiff())
}

fn judge(file: &Path, newest: Timestamp) -> Finding {
    let name = file.display();
    let written = match file.metadata().and_then(|metadata| metadata.modified()) {
        Ok(written) => Timestamp::try_from(written).unwrap_or(Timestamp::MIN),
        Err(error) => return Finding::warn(CHECK, format!("{name}: {error}"), FIX),
    };
    let late = written.saturating_add(LATE).unwrap_or(Timestamp::MAX);
    if newest > late {
        return Finding::warn(CHECK, format!("{name} was written at {written}, and the log went on"), FIX);
    }
    Finding::ok(CHECK, format!("{name} keeps up with the log"))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_behind_the_log_is_yellow() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("checkpoints.jsonl");
        let now = Timestamp::now();
        assert_eq!(judge(&file, now).state, State::Warn);
        std::fs::write(&file, "").unwrap();
        assert_eq!(judge(&file, now).state, State::Ok);
        assert_eq!(judge(&file, now.saturating_add(LATE + LATE).unwrap()).state, State::Warn);
    }
}
