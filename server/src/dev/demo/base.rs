//! The local base of the demo: the same shipyard that the stand-in holds.

use std::time::Duration;

use api::bases::load::{LoadFailed, Loader, Place};
use api::identity::kept::KeptTables;
use domain::bases::ids::BaseId;
use domain::identity::WorkspaceId;
use sandbox::airtable::seed;

use super::ACTOR;
use crate::config::Config;
use crate::failure::Failure;
use crate::seeds::{self, Seeded, Whole};
use crate::wire::Running;

/// How long the ready line waits for read models.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// It is shown when this returns. One whose tables were changed since an earlier start stays as it is.
pub async fn load(config: &Config, running: &Running, workspace: &WorkspaceId) -> Result<BaseId, Failure> {
    let base = seeds::whole(seed::demo(false)?)?.into_iter().next();
    let base = base.ok_or_else(|| Failure::missing("the demo has no base".to_owned()))?;
    let kept = KeptTables::open(config.database.url()?.reveal())?;
    let loaded = into_log(running, &kept, workspace, &base).await;
    kept.close().await;
    match loaded {
        Err(LoadFailed::OtherTables(_)) => {}
        Err(failed) => return Err(failed.into()),
        Ok(Seeded { position: Some(position), .. }) => is_shown(running, position).await?,
        Ok(_) => {}
    }
    Ok(base.airtable_id())
}

async fn into_log(
    running: &Running,
    kept: &KeptTables,
    workspace: &WorkspaceId,
    base: &Whole,
) -> Result<Seeded, LoadFailed> {
    let (executor, reader) = (running.log().executor(), running.log().reader());
    let place = Place::find(&executor, &reader, workspace.clone()).await?;
    let loader = Loader { executor: &executor, reader: &reader, kept, actor: ACTOR, correlation: None };
    base.load(&loader, &place).await
}

async fn is_shown(running: &Running, position: i64) -> Result<(), Failure> {
    let Some(progress) = running.progress() else { return Ok(()) };
    for read_model in projections::all() {
        progress.wait_for(read_model.name(), position, SHOWN_WITHIN).await?;
    }
    Ok(())
}
