//! Making room: files that stand in no cell any more are forgotten once there are too many.

use std::collections::BTreeSet;

use domain::bases::cells::CellValue;
use domain::bases::ids::AttachmentId;

use super::Full;
use crate::airtable::app::App;
use crate::airtable::world::{Held, read};

/// Whoever calls this holds no base, since all of them are looked at.
pub fn make_room(app: &App, bytes: usize) -> Result<(), Full> {
    if app.files.has_room(bytes) {
        return Ok(());
    }
    let mut attached = BTreeSet::new();
    for held in app.world.bases() {
        attached_in(&read(&held), &mut attached);
    }
    app.files.forget_all_but(&attached);
    if app.files.has_room(bytes) { Ok(()) } else { Err(Full) }
}

fn attached_in(held: &Held, attached: &mut BTreeSet<AttachmentId>) {
    let tables = held.tables.base().tables.iter();
    let cells = tables.flat_map(|table| held.tables.records(table.id)).flat_map(|one| one.cells.values());
    for cell in cells {
        if let CellValue::Attachments(all) = cell {
            attached.extend(all.iter().map(|one| one.id));
        }
    }
}
