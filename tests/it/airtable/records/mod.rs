//! `/v0/{base}/{table}`: records as Airtable's clients read and write them.

mod create;
mod delete;
mod list;
mod people;
mod show;
mod update;
mod upsert;
