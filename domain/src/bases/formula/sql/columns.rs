//! What the mirror keeps of a field.

use crate::bases::ids::ChoiceId;

/// What a table tells of its fields.
pub trait Columns {
    /// By the id of the field. A field that is not known is `Other`.
    fn column(&self, field: &str) -> Column<'_>;
}

/// How the cells of a field stand in the JSON of a row, where a cell that is not empty stands under the id of its
/// field, and no other does. A `Row` must give the same cells as the JSON has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column<'a> {
    /// A text that is not empty.
    Text,
    /// A number with the digits that tell it from every other double, as `serde_json` writes it.
    Number,
    /// `true`.
    Checkbox,
    /// `"2024-02-29"`.
    Day,
    /// `"2024-02-29T08:00:00.000Z"`.
    Moment,
    /// The id of one of these choices, each with its name. The cell is blank to formulas if it has another id.
    Choice(&'a [(ChoiceId, String)]),
    /// Anything. Nothing is said of it.
    Other,
}
