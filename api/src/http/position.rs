//! Places in the log as callers know them: `Airtide-Position: <incarnation>:<position>` on answers, and the same text
//! as `?wait_for=` on reads that shall not be older than it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use axum::http::{HeaderName, HeaderValue};
use eventstore::append::Head;
use eventstore::execute::Receipt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::problem::{FieldError, Problem};

pub(super) const HEADER: HeaderName = HeaderName::from_static("airtide-position");

/// A place in one history of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionToken {
    pub incarnation: Uuid,
    pub position: i64,
}

/// The text is no place in any log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no position; take one from an Airtide-Position header")]
pub struct NoPosition;

impl PositionToken {
    /// The position, if it lies in the present history and not beyond its end. `head` is fresh from the log.
    pub fn check(self, parameter: &str, head: Head) -> Result<i64, Problem> {
        self.check_history(head)?;
        if self.position > head.position { Err(ahead(parameter)) } else { Ok(self.position) }
    }

    pub fn check_history(self, head: Head) -> Result<(), Problem> {
        if self.incarnation == head.incarnation {
            return Ok(());
        }
        let detail = "This position belongs to another history of the log. Read again without it.";
        Err(Problem::conflict("other_incarnation", detail))
    }

    pub(super) fn to_header(self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }
}

/// A parameter names a position beyond the end of the log.
pub fn ahead(parameter: &str) -> Problem {
    let error = FieldError::new(format!("/{parameter}"), "position_ahead", "Lies behind the end of the log.");
    Problem::invalid_query(vec![error])
}

impl From<&Receipt> for PositionToken {
    fn from(receipt: &Receipt) -> Self {
        Self { incarnation: receipt.incarnation, position: receipt.position }
    }
}

impl From<Head> for PositionToken {
    fn from(head: Head) -> Self {
        Self { incarnation: head.incarnation, position: head.position }
    }
}

impl fmt::Display for PositionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.incarnation, self.position)
    }
}

/// Takes exactly what `Display` writes.
impl FromStr for PositionToken {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (incarnation, position) = text.split_once(':').ok_or(NoPosition)?;
        let incarnation = Uuid::try_parse(incarnation).map_err(|_| NoPosition)?;
        let position: i64 = position.parse().map_err(|_| NoPosition)?;
        let token = Self { incarnation, position };
        if position >= 0 && token.to_string() == text { Ok(token) } else { Err(NoPosition) }
    }
}

impl<'de> Deserialize<'de> for PositionToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for PositionToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for PositionToken {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,19}$"))
            .examples(["0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b:42"]);
        RefOr::T(Schema::Object(text.build()))
    }
}

impl ToSchema for PositionToken {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HISTORY: Uuid = Uuid::from_u128(7);

    fn token(position: i64) -> PositionToken {
        PositionToken { incarnation: HISTORY, position }
    }

    #[test]
    fn a_token_reads_as_it_was_written_and_in_no_other_way() {
        let text = token(42).to_string();
        assert_eq!(text.parse(), Ok(token(42)));
        let history = HISTORY.to_string();
        for bad in ["", "42", ":42", &history, &format!("{history}:"), &format!("{history}:-1")] {
            assert_eq!(bad.parse::<PositionToken>(), Err(NoPosition), "{bad}");
        }
        for bad in [format!("{history}:042"), format!("{history}:+42"), format!("{}:42", HISTORY.simple())] {
            assert_eq!(bad.parse::<PositionToken>(), Err(NoPosition), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_position_is_read_as_it_was_written(incarnation in any::<u128>(), position in 0..=i64::MAX) {
            let token = PositionToken { incarnation: Uuid::from_u128(incarnation), position };
            prop_assert_eq!(token.to_string().parse(), Ok(token));
        }

        #[test]
        fn whatever_comes_is_no_position_or_written_so(
            text in "\\PC{0,60}|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-fA-F]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}:[+-]?[0-9]{0,20}"
        ) {
            if let Ok(token) = text.parse::<PositionToken>() {
                prop_assert_eq!(token.to_string(), text);
            }
        }
    }
}
