//! `AND`, `OR`, `NOT` and `IF`. What lies between them is left to `Leaves`.

use super::super::tree::Expression;
use super::leaves::Leaves;
use super::truth::Truth;

/// Never deeper than the formula is nested.
pub fn truth(leaves: &Leaves<'_>, expression: &Expression) -> Truth {
    let Expression::Call { function, arguments } = expression else { return leaves.truth(expression) };
    let all = || arguments.iter().map(|argument| truth(leaves, argument)).collect();
    match (function.name, arguments.as_slice()) {
        ("AND", _) => Truth::all(all()),
        ("OR", _) => Truth::any(all()),
        ("NOT", [operand]) => truth(leaves, operand).negated(),
        ("IF", [condition, then]) => {
            Truth::chosen(truth(leaves, condition), truth(leaves, then), Truth::certain(false))
        }
        ("IF", [condition, then, otherwise]) => {
            Truth::chosen(truth(leaves, condition), truth(leaves, then), truth(leaves, otherwise))
        }
        _ => leaves.truth(expression),
    }
}
