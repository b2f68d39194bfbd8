//! Read models and intakes: whether somebody writes each, of this log, with nothing set aside.

use eventstore::chain_of;
use eventstore::database::{self, Role};
use eventstore::doctor::Finding;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::runtime::Projection;

const RUNBOOK: &str = "see docs/operations/read-models.md";

/// One finding for all of these, called as `check` says.
pub async fn examine(
    database_url: &str,
    check: &'static str,
    role: &'static str,
    projections: &[&'static dyn Projection],
) -> Finding {
    match look(database_url, projections).await {
        Ok(troubles) => judge(check, role, projections.len(), &troubles),
        Err(why) => Finding::unknown(check, why),
    }
}

/// Names of those that something is wrong with.
#[derive(Default)]
struct Troubles {
    foreign: Vec<&'static str>,
    set_aside: Vec<&'static str>,
    unwritten: Vec<&'static str>,
}

async fn look(database_url: &str, projections: &[&'static dyn Projection]) -> Result<Troubles, String> {
    let connected = database::connect(database_url, Role::LogReader).await;
    let mut reader = connected.map_err(|unfit| chain_of(&unfit))?;
    let incarnation: Uuid =
        sqlx::query_scalar("select incarnation from log_batches order by last_position desc limit 1")
            .fetch_one(&mut reader)
            .await
            .map_err(|error| error.to_string())?;
    let _ = reader.close().await;
    let connected = database::connect(database_url, Role::Projector).await;
    let mut connection = connected.map_err(|unfit| chain_of(&unfit))?;
    let mut troubles = Troubles::default();
    for projection in projections {
        let found = troubles.take(&mut connection, *projection, incarnation).await;
        found.map_err(|error| error.to_string())?;
    }
    let _ = connection.close().await;
    Ok(troubles)
}

impl Troubles {
    async fn take(
        &mut self,
        connection: &mut PgConnection,
        projection: &'static dyn Projection,
        incarnation: Uuid,
    ) -> sqlx::Result<()> {
        let row: Option<(Uuid, i32, bool)> = sqlx::query_as(
            "select incarnation, parked_keys, coalesce(lease_until > clock_timestamp(), false)
               from public.projection_checkpoints where name = $1 and version = $2",
        )
        .bind(projection.name())
        .bind(projection.version())
        .fetch_optional(connection)
        .await?;
        let name = projection.name();
        match row {
            None => self.unwritten.push(name),
            Some((made_of, ..)) if made_of != incarnation => self.foreign.push(name),
            Some((_, parked_keys, _)) if parked_keys > 0 => self.set_aside.push(name),
            Some((_, _, false)) => self.unwritten.push(name),
            Some(_) => {}
        }
        Ok(())
    }
}

fn judge(check: &'static str, role: &'static str, count: usize, troubles: &Troubles) -> Finding {
    let Troubles { foreign, set_aside, unwritten } = troubles;
    if !foreign.is_empty() {
        let detail = format!("of another history than the log's: {}", foreign.join(", "));
        return Finding::fail(check, detail, RUNBOOK);
    }
    if !set_aside.is_empty() {
        let detail = format!("keys are set aside of {}", set_aside.join(", "));
        return Finding::warn(check, detail, RUNBOOK);
    }
    if !unwritten.is_empty() {
        let detail = format!("nobody writes {}", unwritten.join(", "));
        return Finding::warn(check, detail, format!("start `airtide serve` with the role {role}"));
    }
    Finding::ok(check, format!("{count} are written, with nothing set aside"))
}
