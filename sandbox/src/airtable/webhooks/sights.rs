//! Which records the views show that hooks look at, before something happens and after it. Filters are worked out for the
//! records that are touched; for all of a table only where the filter looks at linked records, or the schema changes.
//! Unsettled: that a record is told that enters or leaves a view though only what it links to was edited, and that none
//! is told that does so as time goes by.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{RecordId, TableId, ViewId};

use super::cells::Showing;
use super::listening::Listening;
use super::touched::Touched;
use super::{Happening, Sight};

/// What was shown before.
#[derive(Default)]
pub struct Sights(BTreeMap<(TableId, ViewId), Seen>);

struct Seen {
    /// The records that were looked at, or nothing where all were.
    among: Option<BTreeSet<RecordId>>,
    shown: BTreeSet<RecordId>,
}

impl Sights {
    /// Of an edit that touches these records. A view without a filter is no other than its table.
    pub fn of_edit(showing: &Showing<'_>, listening: &Listening<'_>, touched: &Touched) -> Self {
        let views = listening.to_views().into_iter().filter(|(_, view)| showing.is_filtered(*view));
        let seen = views.map(|(table, view)| {
            let some = || touched.get(&table).cloned().unwrap_or_default();
            let among = (!showing.is_filtered_by_others(view)).then(some);
            ((table, view), Seen::of(showing, table, view, among))
        });
        Self(seen.collect())
    }

    /// Of a change of the schema, by which a filter may come to let others through.
    pub fn of_schema(showing: &Showing<'_>, listening: &Listening<'_>) -> Self {
        let views = listening.to_views().into_iter();
        Self(views.map(|(table, view)| ((table, view), Seen::of(showing, table, view, None))).collect())
    }

    /// Notes what the views show now, of tables of which something is told or whose views changed.
    pub fn note(self, happening: &mut Happening, showing: &Showing<'_>, listening: &Listening<'_>) {
        for ((table, view), before) in self.0 {
            let is_there = |views: &[domain::bases::schema::View]| views.iter().any(|one| one.id == view);
            if !showing.base().table(table).is_some_and(|table| is_there(&table.views)) {
                continue;
            }
            let sight = before.became(showing, listening, table, view);
            let is_changed = !sight.entered.is_empty() || !sight.left.is_empty();
            if is_changed || happening.changed_tables.contains_key(&table) {
                happening.table(table).sights.insert(view, sight);
            }
        }
    }
}

impl Seen {
    fn of(showing: &Showing<'_>, table: TableId, view: ViewId, among: Option<BTreeSet<RecordId>>) -> Self {
        let shown = showing.shown(table, view, among.as_ref());
        Self { among, shown }
    }

    fn became(self, showing: &Showing<'_>, listening: &Listening<'_>, table: TableId, view: ViewId) -> Sight {
        let now = showing.shown(table, view, self.among.as_ref());
        let heard = listening.to_fields_of(showing.base(), table);
        let entered = now.difference(&self.shown).filter_map(|id| {
            let record = showing.record(table, *id)?;
            Some((*id, showing.created(record, &heard)))
        });
        Sight {
            entered: entered.collect(),
            left: self.shown.difference(&now).copied().collect(),
            stayed: self.shown.intersection(&now).copied().collect(),
        }
    }
}
