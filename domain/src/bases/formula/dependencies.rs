//! What the value of a formula hangs on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tree::Expression;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Ids of the fields it reads, and of those whose last change it reads.
    pub fields: BTreeSet<Arc<str>>,
    /// Whether its value changes as time goes by.
    pub now: bool,
    /// Whether it reads when the record was last changed in any field.
    pub any_change: bool,
    /// Whether it reads when any field, or one of those that it names, was last changed.
    pub changes: bool,
}

impl Dependencies {
    pub fn of(expression: &Expression) -> Self {
        let mut dependencies = Self::default();
        dependencies.gather(expression);
        dependencies
    }

    fn gather(&mut self, expression: &Expression) {
        match expression {
            Expression::Field(id) => {
                self.fields.insert(Arc::clone(id));
            }
            Expression::Call { function, arguments } => match function.name {
                "NOW" | "TODAY" | "FROMNOW" | "TONOW" => self.now = true,
                "LAST_MODIFIED_TIME" => {
                    self.changes = true;
                    self.any_change |= arguments.is_empty();
                }
                _ => {}
            },
            _ => {}
        }
        expression.children().into_iter().for_each(|child| self.gather(child));
    }
}
