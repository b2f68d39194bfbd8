//! How much is made of a formula. What goes beyond is left to the formula itself.

/// Most terms of a condition. More are not found faster by the database than by evaluating.
pub const TERMS_MAX: usize = 1_000;

/// Most terms of the condition of an `IF`, of which both claims are needed twice: nested, they would double each time.
pub const BRANCHED_TERMS_MAX: usize = 64;

/// Texts from a formula that a condition may compare with, in bytes all together.
pub const LITERAL_BYTES_MAX: usize = 1_000_000;

/// Parts of the formula that are evaluated for every choice of a column, all together.
pub const TRIED_PARTS_MAX: usize = 50_000;

/// As many parameters as a statement of Postgres has.
pub const PARAMETERS_MAX: usize = 65_535;

/// Texts that a cell is compared with one by one, each by way of the index. More are looked up in a list.
pub const INDEXED_TEXTS_MAX: usize = 8;
