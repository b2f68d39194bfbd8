//! Reads a tree, node by node.

use serde_json::{Map, Value};

use super::operators::lowered;
use super::{DEPTH_MAX, Fault, Filter, FilterProblem, NODES_MAX};
use crate::bases::schema::Table;

impl Filter {
    /// Fields stand in it by id or name.
    pub fn read(tree: &Value, table: &Table) -> Result<Self, FilterProblem> {
        Reading { table, nodes: 0 }.node(tree, "", 1)
    }
}

pub struct Reading<'t> {
    table: &'t Table,
    nodes: usize,
}

impl Reading<'_> {
    fn node(&mut self, node: &Value, at: &str, depth: usize) -> Result<Filter, FilterProblem> {
        self.count(1).map_err(|fault| fault.at(at))?;
        if depth > DEPTH_MAX {
            return Err(Fault::TooDeep.at(at));
        }
        let node = node.as_object().ok_or_else(|| Fault::NotANode.at(at))?;
        match (node.len(), node.get("and"), node.get("or"), node.get("not")) {
            (1, Some(parts), _, _) => self.parts(parts, &format!("{at}/and"), depth).map(Filter::All),
            (1, _, Some(parts), _) => self.parts(parts, &format!("{at}/or"), depth).map(Filter::Any),
            (1, _, _, Some(part)) => {
                let part = self.node(part, &format!("{at}/not"), depth + 1)?;
                Ok(Filter::Not(Box::new(part)))
            }
            _ => self.condition(node, at),
        }
    }

    fn parts(&mut self, parts: &Value, at: &str, depth: usize) -> Result<Vec<Filter>, FilterProblem> {
        let parts = parts.as_array().ok_or_else(|| Fault::WrongValue("a list of nodes").at(at))?;
        if parts.is_empty() {
            return Err(Fault::Nothing.at(at));
        }
        let read = |(place, part)| self.node(part, &format!("{at}/{place}"), depth + 1);
        parts.iter().enumerate().map(read).collect()
    }

    fn condition(&mut self, node: &Map<String, Value>, at: &str) -> Result<Filter, FilterProblem> {
        let is_one = node.keys().all(|key| matches!(key.as_str(), "field" | "operator" | "value"));
        let (Some(Value::String(field)), Some(Value::String(operator)), true) =
            (node.get("field"), node.get("operator"), is_one)
        else {
            return Err(Fault::NotANode.at(at));
        };
        let field = self.table.field_called(field);
        let field = field.map_err(|_| Fault::UnknownField.at(&format!("{at}/field")))?;
        lowered(self, field, operator, node.get("value"))
            .map_err(|(key, fault)| fault.at(&format!("{at}/{key}")))
    }

    pub fn count(&mut self, nodes: usize) -> Result<(), Fault> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODES_MAX { Err(Fault::TooMany) } else { Ok(()) }
    }
}
