//! Work that is owed: whether somebody does it, and what of it was given up.

use sqlx::{Connection, PgConnection};

use super::Finding;
use crate::chain_of;
use crate::database::{self, Role};

const CHECK: &str = "work";
/// Work that could be claimed is claimed long before.
const STALLED_S: f64 = 60.0;

pub async fn examine_work(database_url: &str) -> Finding {
    let mut connection = match database::connect(database_url, Role::Worker).await {
        Ok(connection) => connection,
        Err(unfit) => return Finding::unknown(CHECK, chain_of(&unfit)),
    };
    let found = look(&mut connection).await;
    let _ = connection.close().await;
    found.unwrap_or_else(|error| Finding::unknown(CHECK, error.to_string()))
}

async fn look(connection: &mut PgConnection) -> sqlx::Result<Finding> {
    let (parked, unknown, waits_s): (i64, i64, f64) = sqlx::query_as(
        "select (select count(*) from work where state = 'parked'), (select count(*) from work where state = 'unknown'),
                coalesce(extract(epoch from clock_timestamp() - (
                  select min(greatest(visible_at, created_at)) from work where state = 'open'))::float8, 0)",
    )
    .fetch_one(connection)
    .await?;
    if waits_s > STALLED_S {
        let detail = format!("some could be done for {waits_s:.0} s and nobody does it");
        return Ok(Finding::fail(CHECK, detail, "start `airtide serve` with the role workers"));
    }
    if parked + unknown > 0 {
        let detail =
            format!("{parked} pieces are set aside, of {unknown} nobody knows whether they were done");
        return Ok(Finding::warn(CHECK, detail, "airtide work groups"));
    }
    Ok(Finding::ok(CHECK, "nothing is set aside, and nothing waits for somebody to do it"))
}
