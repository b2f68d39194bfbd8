//! Where a sealed value belongs.

use std::fmt;

/// What a sealed value is bound to: moved to another tenant, row or field it does not open.
#[derive(Debug, Clone, PartialEq)]
pub struct Place<'a> {
    pub tenant: &'a str,
    pub table: &'static str,
    /// The rest of the row's key; its parts are separated by `/`, which no id holds.
    pub row: String,
    pub field: &'static str,
    /// Of a value that is replaced in its row; others have the first for ever.
    pub version: u32,
}

impl Place<'_> {
    /// Written so that no two places read alike: each part behind its length.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [self.tenant, self.table, &self.row, self.field] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes.extend(self.version.to_be_bytes());
        bytes
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { tenant, table, row, field, version } = self;
        write!(formatter, "{tenant}|{table}|{row}|{field}|{version}")
    }
}
