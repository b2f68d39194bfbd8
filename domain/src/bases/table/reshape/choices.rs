//! Planning another type for a field whose values are to become choices.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::convert::texts;
use crate::bases::cells::{CellValue, parted};
use crate::bases::errors::ApiError;
use crate::bases::ids::{FieldId, Mint, TableId};
use crate::bases::schema::{Choice, FieldType, KindDraft, SchemaChange, next_color};
use crate::bases::table::Tables;

/// Choices that are made of the values of a field. Cells with others are cleared. Unsettled: Airtable's bound.
pub const CHOICES_MADE_MAX: usize = 1_000;

impl Tables {
    /// As the base plans it, and with a choice for each value that the new select does not know.
    pub fn plan_retyping(
        &self,
        table: TableId,
        called: &str,
        draft: KindDraft,
        mint: &mut Mint,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let mut planned = self.base.plan_field_retyping(table, called, draft, mint)?;
        for change in &mut planned {
            if let SchemaChange::FieldRetyped { table, field, kind } = change {
                self.make_choices(*table, *field, kind, mint);
            }
        }
        Ok(planned)
    }

    fn make_choices(&self, table: TableId, field: FieldId, kind: &mut FieldType, mint: &mut Mint) {
        let several = matches!(kind, FieldType::MultipleSelects(_));
        let (FieldType::SingleSelect(options) | FieldType::MultipleSelects(options)) = kind else { return };
        if self.field(field).is_some_and(|(_, before)| before.choices().is_some()) {
            return;
        }
        let mut known: BTreeSet<_> = options.choices.iter().map(|choice| choice.name.clone()).collect();
        for name in self.values(table, field, several) {
            if known.len() < CHOICES_MADE_MAX && known.insert(name.clone()) {
                let color = Some(next_color(options.choices.len()));
                options.choices.push(Choice { id: mint.make(), name, color });
            }
        }
    }

    /// In the order of the records.
    fn values(&self, table: TableId, field: FieldId, several: bool) -> Vec<String> {
        let Some((_, field)) = self.field(field) else { return Vec::new() };
        let reading = self.at(Timestamp::UNIX_EPOCH);
        let cells = self.records(table).filter_map(|record| reading.cell(record, field));
        let names = cells.flat_map(|value| match value {
            CellValue::Text(text) if several => parted(&text).map(str::to_owned).collect(),
            value if several => texts(&field.kind, &value, &reading),
            value => vec![texts(&field.kind, &value, &reading).join(", ")],
        });
        names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }
}
