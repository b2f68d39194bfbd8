//! Positions that callers name: they have to lie in the present history of the log, and not beyond its end.

use eventstore::follow::Head;

use crate::http::{FieldError, PositionToken, Problem};

/// The position, if it can be read from. `head` is fresh from the log.
pub fn checked(parameter: &str, token: PositionToken, head: Head) -> Result<i64, Problem> {
    if token.incarnation != head.incarnation {
        let detail = "This position belongs to another history of the log. Read again without it.";
        return Err(Problem::conflict("other_incarnation", detail));
    }
    if token.position > head.position {
        let error =
            FieldError::new(format!("/{parameter}"), "position_ahead", "Lies behind the end of the log.");
        return Err(Problem::invalid_query(vec![error]));
    }
    Ok(token.position)
}
