//! A condition as it goes into a statement.

/// What the parts of a row are called in the statement: SQL, which is never made of what users say.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// `jsonb`, keyed by the ids of fields.
    pub cells: &'static str,
    /// `text`, never null: the id that `RECORD_ID()` gives.
    pub id: &'static str,
    /// `timestamptz`, never null.
    pub created_at: &'static str,
    /// `timestamptz`, null until the record is edited.
    pub modified_at: &'static str,
    /// The number of the first parameter: 1 if the statement has no others before.
    pub first_parameter: usize,
}

/// Boolean, or null where it does not hold. It never raises an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub sql: String,
    /// In the order of their numbers.
    pub parameters: Vec<Parameter>,
    /// Whether an index of cells answers it by itself, so that few rows are found without looking at the others.
    pub is_indexed: bool,
}

/// No text has a NUL in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// `text`
    Text(String),
    /// `text[]`
    Texts(Vec<String>),
}
