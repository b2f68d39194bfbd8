//! Events of comments, made into rows.

use std::collections::BTreeMap;

use domain::bases::CommentKey;
use domain::bases::comment::CommentEvent;
use domain::identity::TenantId;
use sqlx::PgConnection;

use super::save::{drop_bases, drop_tenants, load, save};
use super::{CommentRow, Concerning};
use crate::runtime::{Opened, ProjectFault};

/// By primary key; nothing for a comment that was deleted.
pub type Rows = BTreeMap<(TenantId, CommentKey), Option<CommentRow>>;

/// Nothing happens to the comments of a base once it is deleted, or of a tenant once it is emptied, so their rows may go last.
pub async fn project(connection: &mut PgConnection, events: &[&Concerning]) -> Result<(), ProjectFault> {
    let (mut opened, mut deleted, mut emptied) = (Vec::new(), Vec::new(), Vec::new());
    for event in events {
        match event {
            Concerning::One(event) => opened.push(event),
            Concerning::BaseDeleted(tenant, base) => deleted.push((tenant.as_str(), base.as_str())),
            Concerning::TenantEmptied(tenant) => emptied.push(tenant.as_str()),
        }
    }
    let mut rows = load(connection, &opened).await?;
    for event in opened {
        fold(&mut rows, event)?;
    }
    save(connection, &rows).await?;
    drop_bases(connection, deleted).await?;
    drop_tenants(connection, emptied).await?;
    Ok(())
}

fn fold(rows: &mut Rows, opened: &Opened<CommentEvent>) -> Result<(), ProjectFault> {
    let id: CommentKey = opened.id()?;
    let entry = rows.entry((opened.tenant().clone(), id.clone())).or_default();
    let recorded = &opened.recorded;
    let (version, position) = (recorded.version, recorded.position);
    match &opened.event {
        CommentEvent::Written { address, comment, .. } => {
            let (base, record) = (address.base.clone(), address.record);
            let written = position;
            *entry = Some(CommentRow { id, base, record, comment: *comment, written, version, position });
        }
        CommentEvent::Edited { .. } => {
            let row = entry.as_mut().ok_or_else(|| opened.has_no_row())?;
            (row.version, row.position) = (version, position);
        }
        CommentEvent::Deleted { .. } => {
            entry.take().ok_or_else(|| opened.has_no_row())?;
        }
    }
    Ok(())
}
