//! What becomes of a cell when its file was fetched, or could not be.

use domain::bases::cells::{Attachment, CellValue};
use domain::bases::table::{Change, Edit, Record, Stamp};

use super::Wish;
use crate::airtable::app::App;
use crate::airtable::files::File;
use crate::airtable::journal::Effect;
use crate::airtable::world::{Held, write};

/// Nothing is done where the attachment has left its cell meanwhile.
pub fn arrived(app: &App, wish: &Wish, file: File) -> Vec<Effect> {
    let id = wish.attachment.id;
    let kept = app.files.keep(id, file.clone()).is_ok();
    let effects = changed(app, wish, |all| {
        if kept {
            all.iter_mut().filter(|one| one.id == id).for_each(|one| file.describe(one));
        } else {
            all.retain(|one| one.id != id);
        }
    });
    if effects.is_empty() {
        app.files.forget(id);
    }
    effects
}

pub fn vanished(app: &App, wish: &Wish) -> Vec<Effect> {
    changed(app, wish, |all| all.retain(|one| one.id != wish.attachment.id))
}

fn changed(app: &App, wish: &Wish, change: impl FnOnce(&mut Vec<Attachment>)) -> Vec<Effect> {
    let Ok(held) = app.world.base(wish.base.as_str()) else { return Vec::new() };
    let mut held = write(&held);
    let Some((mut all, stamp)) = found(&held, wish) else { return Vec::new() };
    change(&mut all);
    let value = CellValue::Attachments(all).filled();
    let (table, record, field) = (wish.table, wish.record, wish.field);
    let edit = Edit { stamp, changes: vec![Change::CellSet { table, record, field, value }] };
    held.carry_out(&edit, &wish.by)
}

fn found(held: &Held, wish: &Wish) -> Option<(Vec<Attachment>, Stamp)> {
    let record = held.tables.record(wish.table, wish.record)?;
    match record.cells.get(&wish.field)? {
        CellValue::Attachments(all) if all.iter().any(|one| one.id == wish.attachment.id) => {
            Some((all.clone(), written(record, wish)))
        }
        _ => None,
    }
}

/// Unsettled: that a file which arrives is no edit later than the one that asked for it.
fn written(record: &Record, wish: &Wish) -> Stamp {
    record.edited.get(&wish.field).unwrap_or(&record.created).clone()
}
