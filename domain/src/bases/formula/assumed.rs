//! What Airtable does where its documentation is silent, as far as can be told from outside. Each is one choice
//! that can be turned here once it is known better.

/// `\d` in a text stays `\d`. Known escapes are `\" \' \\ \n \r \t`.
pub const UNKNOWN_ESCAPE_KEEPS_BACKSLASH: bool = true;

/// `"5" + 1` is 6. Other texts are `NaN` in sums, as documented.
pub const NUMERIC_TEXT_IS_A_NUMBER: bool = true;

/// `{Number} = BLANK()` holds for 0, and `{Number} = 0` for an empty cell.
pub const ZERO_EQUALS_BLANK: bool = true;

/// Between the elements of a list where it is taken as text, and where `ARRAYJOIN` is told nothing else.
pub const LIST_SEPARATOR: &str = ", ";

/// Whether `SEARCH` takes small and capital letters as the same. `FIND` never does.
pub const SEARCH_IGNORES_CASE: bool = false;

/// `ISERROR(2/0)` holds: what is infinite or no number counts as an error there.
pub const INFINITE_IS_ERROR: bool = true;

/// What `DATETIME_DIFF` counts in when it is not told.
pub const DIFFERENCE_UNIT: &str = "seconds";

/// `WORKDAY_DIFF` counts the first day too, not only the last.
pub const WORKDAYS_INCLUDE_FIRST: bool = true;

/// `TIMESTR` writes hours with two digits.
pub const TIME_OF_DAY: &str = "HH:mm:ss";
