//! Holds what is stored against what must always be so, and changes nothing. Each check counts what it looked at, so
//! that one that looked at nothing does not pass for one that found nothing.

mod commands;
mod counters;
mod log;
mod work;

use serde::Serialize;
use sqlx::Connection;

use crate::database::{self, Role, Unfit};
use crate::keys::marks;

/// Violations of one check that are told; there may be more.
pub const TOLD_MAX: i64 = 20;

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub check: String,
    pub counted: i64,
    pub violations: Vec<String>,
    /// Why nothing was looked at, where that is no violation.
    pub not_yet: Option<String>,
}

impl Checked {
    pub fn new(check: impl Into<String>, counted: i64, violations: Vec<String>) -> Self {
        Self { check: check.into(), counted, violations, not_yet: None }
    }

    /// There is nothing to look at yet, which is told and not taken for sound.
    pub fn not_yet(check: impl Into<String>, why: impl Into<String>) -> Self {
        Self { check: check.into(), counted: 0, violations: Vec::new(), not_yet: Some(why.into()) }
    }

    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CheckFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}

/// Whether the log was imported without its secrets, so that no read model can be made of it.
pub async fn came_without_secrets(database_url: &str) -> Result<bool, CheckFailed> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let came = marks::came_without_secrets(&mut reader).await?;
    reader.close().await?;
    Ok(came)
}

/// Checks the log, its commands and the work that is owed.
pub async fn check(database_url: &str) -> Result<Vec<Checked>, CheckFailed> {
    let mut reader = database::connect(database_url, Role::Backup).await?;
    let checked = vec![
        log::chain(&mut reader).await?,
        log::streams(&mut reader).await?,
        commands::one_outcome_each(&mut reader).await?,
        counters::members(&mut reader).await?,
        work::has_its_event(&mut reader).await?,
        work::has_a_reason_to_move(&mut reader).await?,
        work::one_of_a_key_at_a_time(&mut reader).await?,
    ];
    reader.close().await?;
    Ok(checked)
}
