//! Makes projections known before they run, so that those which begin at the head miss nothing from then on.

use eventstore::database::{self, Role};
use eventstore::follow::Head;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::checkpoint::Holder;
use super::install::{InstallFailed, install};
use super::projection::Projection;

/// Makes what is missing: tables and checkpoints. May be repeated.
pub async fn begin(database_url: &str, projections: &[&'static dyn Projection]) -> Result<(), InstallFailed> {
    install(database_url, projections).await?;
    let head = head(database_url).await?;
    let mut projector = database::connect(database_url, Role::Projector).await?;
    for projection in projections.iter().copied() {
        Holder { projection, owner: Uuid::nil() }.begin(&mut projector, head).await?;
    }
    Ok(projector.close().await?)
}

async fn head(database_url: &str) -> Result<Head, InstallFailed> {
    let mut reader: PgConnection = database::connect(database_url, Role::LogReader).await?;
    let (incarnation, position) = sqlx::query_as(
        "select incarnation, last_position from log_batches order by last_position desc limit 1",
    )
    .fetch_one(&mut reader)
    .await?;
    reader.close().await?;
    Ok(Head { incarnation, position })
}
