//! Lists come in pages: `limit` rows at most, and a cursor that says where the next page begins.
//!
//! A cursor is opaque to callers and holds the key of the last row they saw. It grants nothing: whoever presents it
//! sees what they would see anyway, so it needs no signature, only a shape that is checked.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// Unless a list says otherwise.
const LIMIT_MAX: u16 = 200;
const LIMIT_DEFAULT: u16 = 50;
/// Raised when what cursors hold changes its meaning.
const CURSOR_VERSION: u8 = 1;

/// Rows of one page: `limit` in the query of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit<const MAX: u16 = LIMIT_MAX>(u16);

impl<const MAX: u16> Limit<MAX> {
    pub fn rows(self) -> usize {
        self.0.into()
    }

    /// What to ask the database for: the row beyond the page says whether there is a next one.
    pub fn to_fetch(self) -> usize {
        self.rows() + 1
    }
}

impl<const MAX: u16> Default for Limit<MAX> {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de, const MAX: u16> Deserialize<'de> for Limit<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer) {
            Ok(rows) if (1..=MAX).contains(&rows) => Ok(Self(rows)),
            _ => Err(Error::custom(format_args!("must be a number from 1 to {MAX}"))),
        }
    }
}

impl<const MAX: u16> PartialSchema for Limit<MAX> {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(MAX))
            .default(Some(LIMIT_DEFAULT.into()));
        RefOr::T(Schema::Object(number.build()))
    }
}

impl<const MAX: u16> ToSchema for Limit<MAX> {}

/// What the rows of a list are sorted by, unique among them.
pub trait ListKey: Serialize + DeserializeOwned {
    /// The list's own name: a cursor of another list is refused.
    const LIST: &'static str;
}

/// Where a page begins: `cursor` in the query of a list, there with `#[param(value_type = Option<String>)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K> {
    /// The last row that was seen.
    pub after: K,
}

impl<K: ListKey> Cursor<K> {
    pub fn write(after: &K) -> serde_json::Result<String> {
        serde_json::to_vec(&(CURSOR_VERSION, K::LIST, after)).map(|text| BASE64.encode(text))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text).ok()?;
        let (version, list, after): (u8, Cow<str>, K) = serde_json::from_slice(&bytes).ok()?;
        (version == CURSOR_VERSION && list == K::LIST).then_some(Self { after })
    }
}

impl<'de, K: ListKey> Deserialize<'de> for Cursor<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| Error::custom("is no cursor of this list"))
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    /// Nothing on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// From what [`Limit::to_fetch`] rows were asked for: the page, and the cursor to the next if a row is left over.
    pub fn of<K: ListKey>(
        mut rows: Vec<T>,
        limit: Limit,
        key: impl FnOnce(&T) -> K,
    ) -> serde_json::Result<Self> {
        let more = rows.len() > limit.rows();
        rows.truncate(limit.rows());
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|row| Cursor::write(&key(row))).transpose()?;
        Ok(Self { data: rows, next_cursor })
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(change).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Key(i64, String);

    impl ListKey for Key {
        const LIST: &'static str = "things";
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct OtherKey(i64, String);

    impl ListKey for OtherKey {
        const LIST: &'static str = "other";
    }

    fn page(rows: usize, limit: u16) -> Page<usize> {
        Page::of((0..rows).collect(), Limit(limit), |row| Key(*row as i64, "ä/?".into())).unwrap()
    }

    #[test]
    fn a_page_ends_in_a_cursor_only_when_something_follows() {
        assert_eq!(page(3, 3).next_cursor, None);
        assert_eq!(page(0, 3).next_cursor, None);
        let page = page(4, 3);
        assert_eq!(page.data, [0, 1, 2]);
        let cursor = page.next_cursor.unwrap();
        assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(Cursor::<Key>::read(&cursor).unwrap().after, Key(2, "ä/?".into()));
    }

    #[test]
    fn what_is_no_cursor_of_the_list_is_refused() {
        let other = Cursor::write(&OtherKey(1, "a".into())).unwrap();
        let newer = BASE64.encode(r#"[2,"things",[1,"a"]]"#);
        for bad in ["", "x", "e30", &other, &newer] {
            assert_eq!(Cursor::<Key>::read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(number in any::<i64>(), text in any::<String>()) {
            let written = Cursor::write(&Key(number, text.clone())).unwrap();
            prop_assert_eq!(Cursor::<Key>::read(&written).unwrap().after, Key(number, text));
        }

        #[test]
        fn whatever_comes_is_no_cursor_or_one_that_would_be_written_again(
            text in "\\PC{0,80}", inside in r#"\[1,"things",\[-?[0-9]{1,20},"[a-z\\]{0,9}"\]\]|[\[\]{}",0-9a-z]{0,40}"#
        ) {
            for text in [text, BASE64.encode(&inside)] {
                if let Some(cursor) = Cursor::<Key>::read(&text) {
                    let again = Cursor::write(&cursor.after).unwrap();
                    prop_assert_eq!(Cursor::<Key>::read(&again), Some(cursor));
                }
            }
        }
    }
}
