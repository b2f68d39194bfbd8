//! What Airtable does where its documentation is silent, as far as can be told from outside. Each is one choice
//! that can be turned here once it is known better.

/// `\d` in a text stays `\d`. Known escapes are `\" \' \\ \n \r \t`.
pub const UNKNOWN_ESCAPE_KEEPS_BACKSLASH: bool = true;
