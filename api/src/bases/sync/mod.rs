//! `/v1/bases/{base}/sync`: how a base stands to the one in Airtable that it follows.

pub mod ask;
pub mod hear;
mod lag;
pub mod show;
