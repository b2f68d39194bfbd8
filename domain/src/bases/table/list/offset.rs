//! Where the next page begins: `itr…/rec…`.

use std::fmt;

use crate::bases::errors::ApiError;
use crate::bases::ids::{IteratorId, RecordId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    pub iterator: IteratorId,
    /// The first record of the page.
    pub record: RecordId,
}

impl Offset {
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let parsed = text.split_once('/').and_then(|(iterator, record)| {
            Some(Self { iterator: IteratorId::parse(iterator).ok()?, record: RecordId::parse(record).ok()? })
        });
        parsed.ok_or_else(|| ApiError::InvalidOffset(text.into()))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.iterator, self.record)
    }
}
