//! What was worked out while one cell is, so that what many formulas share is worked out once; and a bound on it all.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::bases::formula::{Fault, Value};
use crate::bases::ids::{FieldId, RecordId};

/// Linked cells and the values in them that may be gone through for one cell. What takes more is an error.
/// Unsettled: Airtable has other bounds.
pub const VALUES_MAX: usize = 1_000_000;

#[derive(Debug, Default)]
pub struct Memory {
    known: RefCell<HashMap<(RecordId, FieldId), Value<'static>>>,
    spent: Cell<usize>,
}

impl Memory {
    /// Forgets everything, so that a cell reads the same whatever was read before it.
    pub fn begin(&self) {
        self.known.borrow_mut().clear();
        self.spent.set(0);
    }

    pub fn spend(&self, values: usize) -> Result<(), Fault> {
        self.spent.set(self.spent.get().saturating_add(values));
        if self.spent.get() > VALUES_MAX { Err(Fault::TooMuchWork) } else { Ok(()) }
    }

    pub fn recall(&self, record: RecordId, field: FieldId) -> Option<Value<'static>> {
        self.known.borrow().get(&(record, field)).cloned()
    }

    pub fn keep(&self, record: RecordId, field: FieldId, value: &Value<'static>) {
        self.known.borrow_mut().insert((record, field), value.clone());
    }
}
