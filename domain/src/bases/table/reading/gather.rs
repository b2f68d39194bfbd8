//! Values out of linked records, and those that formulas make.

use super::Reading;
use super::row::{RecordRow, RollupRow};
use super::settle::outcome;
use crate::bases::computed::{Path, Recipe, Work};
use crate::bases::formula::limits::LIST_ELEMENTS_MAX;
use crate::bases::formula::{Fault, Value};
use crate::bases::schema::{Field, FieldType};
use crate::bases::table::Record;

/// Whether `values` of a rollup has a blank for a linked record whose cell is empty, so that `COUNTALL` counts it.
/// Unsettled: documented of `COUNTALL` alone. Lookups never have.
const BLANKS_ARE_ROLLED_UP: bool = true;

impl Reading<'_> {
    /// The value of a formula, a rollup or a lookup, worked out once however many read it.
    pub(super) fn remembered<'r>(&'r self, record: &'r Record, field: &'r Field) -> Value<'r> {
        if let Some(known) = self.memory.recall(record.id, field.id) {
            return known;
        }
        let value = self.worked_out(record, field).into_owned();
        let paid = self.memory.spend(weight(&value));
        let value = paid.map_or_else(Value::Error, |()| value);
        self.memory.keep(record.id, field.id, &value);
        value
    }

    fn worked_out<'r>(&'r self, record: &'r Record, field: &'r Field) -> Value<'r> {
        let own = RecordRow { reading: self, record };
        match (self.work(field), &field.kind) {
            (Some(Work::Formula(recipe)), FieldType::Formula(options)) => {
                let answer = recipe.formula.value(&own, &self.context).map(Value::into_owned);
                outcome(answer, options.result.as_deref(), recipe.listed)
            }
            (Some(Work::Rollup(path, recipe)), FieldType::Rollup(options)) => {
                let answer = self.rolled_up(own, *path, recipe);
                outcome(answer, options.result.as_deref(), recipe.listed)
            }
            (Some(Work::Lookup(path)), _) => {
                self.gathered(record, *path, false).map_or_else(Value::Error, Value::List)
            }
            _ => match record.cells.get(&field.id) {
                Some(cell) => self.as_formulas_take(field, cell),
                None if self.is_broken(field) => Value::Error(Fault::InCell),
                None => Value::Blank,
            },
        }
    }

    fn rolled_up(&self, own: RecordRow<'_>, path: Path, recipe: &Recipe) -> Result<Value<'static>, Fault> {
        let values = self.gathered(own.record, path, BLANKS_ARE_ROLLED_UP)?;
        let row = RollupRow { own, values };
        recipe.formula.value(&row, &self.context).map(Value::into_owned)
    }

    /// The cells at the end of a path, those with several values one by one.
    pub(super) fn gathered<'r>(
        &'r self,
        record: &Record,
        path: Path,
        blanks: bool,
    ) -> Result<Vec<Value<'r>>, Fault> {
        let (table, field) = self.tables.field(path.field).ok_or(Fault::NotAField)?;
        let mut values = Vec::new();
        for id in self.linked(path.link, record.id) {
            let Some(linked) = self.tables.record(table.id, id) else { continue };
            match self.value(linked, field) {
                Value::Blank if !blanks => {}
                Value::List(elements) => values.extend(elements),
                single => values.push(single),
            }
            self.memory.spend(1)?;
            if values.len() > LIST_ELEMENTS_MAX {
                return Err(Fault::TooLong);
            }
        }
        Ok(values)
    }
}

/// How much of the memory a value takes, in values.
fn weight(value: &Value<'_>) -> usize {
    const BYTES_OF_A_VALUE: usize = 64;
    match value {
        Value::Text(text) => 1 + text.len() / BYTES_OF_A_VALUE,
        Value::List(elements) => 1 + elements.iter().map(weight).sum::<usize>(),
        _ => 1,
    }
}
