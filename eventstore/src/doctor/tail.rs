//! The end of the log: what a restore or a meddling hand leaves behind shows here first.

use sqlx::PgConnection;

use super::Finding;

const CHECK: &str = "tail";

pub(super) async fn examine(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    // One statement sees one moment: between two, a batch may come.
    let tail: Option<(i64, i64, i64, i64)> = sqlx::query_as(
        "select b.last_position, b.first_position,
                coalesce((select position from events order by position desc limit 1), 0),
                (select count(*) from events where position between greatest(b.first_position, 1) and b.last_position)
         from log_batches b order by b.last_position desc limit 1",
    )
    .fetch_optional(reader)
    .await?;
    let Some((head, first, last, in_last_batch)) = tail else {
        return Ok(Finding::fail(
            CHECK,
            "the log was never begun: it has no first batch",
            "airtide migrate up",
        ));
    };
    let fix = "do not write to this database; restore it from a backup";
    if last > head {
        let detail = format!("events up to position {last}, but the last batch ends at {head}");
        return Ok(Finding::fail(CHECK, detail, fix));
    }
    let expected = if head == 0 { 0 } else { head - first + 1 };
    if last < head || in_last_batch != expected {
        let detail =
            format!("the last batch has positions {first} to {head}, of which {in_last_batch} are there");
        return Ok(Finding::fail(CHECK, detail, fix));
    }
    Ok(Finding::ok(CHECK, format!("the log ends at position {head}")))
}
