//! Events of bases, made into rows.

use std::collections::BTreeMap;

use domain::bases::BaseKey;
use domain::bases::base::{BaseEvent, Origin};
use domain::bases::schema;
use domain::identity::{TenantId, WorkspaceId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::Concerning;
use super::save::{drop_tenants, load, save};
use crate::runtime::{Opened, ProjectFault};

/// A row with all that later events may change.
pub struct Folded {
    pub workspace: WorkspaceId,
    pub origin: String,
    /// With the name, and the id that Airtable's clients use.
    pub schema: schema::Base,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

/// By primary key; nothing for a base that was deleted.
pub type Rows = BTreeMap<(TenantId, BaseKey), Option<Folded>>;

/// Nothing happens to the bases of a tenant once it is emptied, so its rows may go last.
pub async fn project(connection: &mut PgConnection, events: &[&Concerning]) -> Result<(), ProjectFault> {
    let (mut opened, mut emptied) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Concerning::One(event) => opened.push(event),
            Concerning::TenantEmptied(tenant) => emptied.push(tenant.as_str()),
        }
    }
    let mut rows = load(connection, &opened).await?;
    for event in opened {
        fold(&mut rows, event)?;
    }
    save(connection, &rows).await?;
    drop_tenants(connection, emptied).await?;
    Ok(())
}

fn fold(rows: &mut Rows, opened: &Opened<BaseEvent>) -> Result<(), ProjectFault> {
    let place = (opened.tenant().clone(), opened.id()?);
    let recorded = &opened.recorded;
    let entry = rows.entry(place).or_default();
    match &opened.event {
        BaseEvent::Created { airtable_id, name, origin, tables } => {
            let schema = schema::Base { id: *airtable_id, name: name.clone(), tables: tables.clone() };
            *entry = Some(begun(opened, origin, schema)?);
        }
        BaseEvent::SchemaChanged { changes } => {
            let row = entry.as_mut().ok_or_else(|| opened.has_no_row())?;
            changes.iter().for_each(|change| row.schema.apply(change));
        }
        BaseEvent::Renamed { name } => {
            let row = entry.as_mut().ok_or_else(|| opened.has_no_row())?;
            row.schema.name.clone_from(name);
        }
        BaseEvent::Deleted {} => {
            entry.take().ok_or_else(|| opened.has_no_row())?;
        }
    }
    if let Some(row) = entry {
        row.updated_at = recorded.recorded_at;
        row.version = recorded.version;
        row.position = recorded.position;
    }
    Ok(())
}

fn begun(opened: &Opened<BaseEvent>, origin: &Origin, schema: schema::Base) -> Result<Folded, ProjectFault> {
    let recorded = &opened.recorded;
    let workspace = recorded.scope.clone();
    Ok(Folded {
        workspace: workspace.ok_or_else(|| ProjectFault::misfit(recorded, "it is of no workspace"))?,
        origin: origin.as_str().to_owned(),
        schema,
        created_at: recorded.recorded_at,
        updated_at: recorded.recorded_at,
        version: recorded.version,
        position: recorded.position,
    })
}
