//! Rows in the binary form that COPY reads.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use sqlx::PgConnection;
use uuid::Uuid;

const BEGINNING: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: &[u8] = &(-1i16).to_be_bytes();
/// Postgres counts time from the year 2000.
const MICROSECONDS_TO_2000: i64 = 946_684_800_000_000;

/// Rows of one table that are still to be written.
pub struct CopyRows {
    /// The table with its columns, in the order in which they are put.
    into: &'static str,
    columns: i16,
    bytes: Vec<u8>,
}

impl CopyRows {
    pub fn new(into: &'static str) -> Self {
        let columns = into.matches(',').count() as i16 + 1;
        Self { into, columns, bytes: Vec::new() }
    }

    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What was put so far; goes on with nothing.
    pub fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.into))
    }

    /// Begins a row; its columns follow.
    pub fn row(&mut self) -> &mut Self {
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(BEGINNING);
        }
        self.bytes.extend_from_slice(&self.columns.to_be_bytes());
        self
    }

    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(&(value.len() as i32).to_be_bytes());
        self.bytes.extend_from_slice(value);
        self
    }

    pub fn null(&mut self) -> &mut Self {
        self.bytes.extend_from_slice(&(-1i32).to_be_bytes());
        self
    }

    /// A text, or JSON, whose binary form is its text.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    pub fn text_or_null(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    pub fn bytes_or_null(&mut self, value: Option<&[u8]>) -> &mut Self {
        match value {
            Some(value) => self.bytes(value),
            None => self.null(),
        }
    }

    pub fn int8(&mut self, value: i64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn int8_or_null(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.int8(value),
            None => self.null(),
        }
    }

    pub fn int4(&mut self, value: i32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn int2(&mut self, value: i16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn uuid(&mut self, value: Uuid) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    pub fn time(&mut self, value: Timestamp) -> &mut Self {
        self.int8(value.as_microsecond() - MICROSECONDS_TO_2000)
    }

    pub fn time_or_null(&mut self, value: Option<Timestamp>) -> &mut Self {
        match value {
            Some(value) => self.time(value),
            None => self.null(),
        }
    }

    pub fn date(&mut self, value: Date) -> &mut Self {
        let days = (value - date(2000, 1, 1)).get_days();
        self.int4(days)
    }

    /// Writes the rows, if there are any.
    pub async fn write(mut self, connection: &mut PgConnection) -> sqlx::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.bytes.extend_from_slice(END);
        let statement = format!("copy {} from stdin with (format binary)", self.into);
        let mut copy = connection.copy_in_raw(&statement).await?;
        match copy.send(self.bytes).await {
            Ok(_) => copy.finish().await.map(|_| ()),
            Err(error) => {
                copy.abort("it was not sent").await?;
                Err(error)
            }
        }
    }
}
