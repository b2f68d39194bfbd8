//! How far a formula may go. They bound time, memory and stack, whatever is written.

/// Longest formula, in bytes. Programs are known to send 17,000.
pub const FORMULA_BYTES_MAX: usize = 100_000;

/// Longest formula as it is stored, in bytes: `a+a` becomes `{fld…} + {fld…}`, eleven times as long, and nothing grows more.
pub const STORED_BYTES_MAX: usize = FORMULA_BYTES_MAX * 12;

/// Parentheses, calls and signs within each other. Terms and arguments beside each other do not count.
pub const NESTING_MAX: usize = 256;

/// Longest text that a formula makes, in characters: as much as a cell of Airtable holds.
pub const TEXT_CHARACTERS_MAX: usize = 100_000;

/// Most elements of a list that a formula makes.
pub const LIST_ELEMENTS_MAX: usize = 100_000;

/// Texts and lists that are made for one row, in bytes all together. Each may be short enough, and yet thousands of them
/// stand beside each other.
pub const MADE_BYTES_MAX: usize = 50_000_000;

/// Longest pattern of a regular expression, in bytes.
pub const PATTERN_BYTES_MAX: usize = 2_000;

/// Largest program that a pattern may become, in bytes.
pub const PATTERN_PROGRAM_BYTES_MAX: usize = 256 * 1024;

/// Bytes of text over which patterns may go for one row. Each match may look at all that is left of the text.
pub const PATTERN_STEPS_MAX: usize = 1_000_000_000;

/// Compiled patterns that are kept from row to row.
pub const PATTERNS_KEPT_MAX: usize = 8;

/// Longest pattern of a date, in bytes.
pub const FORMAT_BYTES_MAX: usize = 1_000;
