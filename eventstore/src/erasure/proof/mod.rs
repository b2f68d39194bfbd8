//! Looks for texts of somebody in plain, in everything that this system stores: each row of each table of the database,
//! and each message of the broker.

mod broker;
mod needle;
mod tables;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::broker::BrokerFault;
use crate::database::Unfit;
use needle::Needle;

/// What was found in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    pub place: String,
    pub looked_at: i64,
    pub found: i64,
    /// Where the first of what was found lies: never what it says.
    pub at: Vec<String>,
}

impl Place {
    pub fn of(place: impl Into<String>, looked_at: i64, found: i64) -> Self {
        Self { place: place.into(), looked_at, found, at: Vec::new() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ProofFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be looked through")]
    Database(#[from] sqlx::Error),
    #[error("the role backup does not see every row; as superuser: alter role backup bypassrls")]
    Blind,
    #[error(transparent)]
    Broker(#[from] BrokerFault),
    #[error("the stream {stream} of the broker cannot be looked through: {why}")]
    Stream { stream: String, why: String },
}

/// Looks for the texts as whole words, in any case. Those that are too short to mean anything are left out.
pub async fn search(
    database_url: &str,
    nats_url: Option<&str>,
    texts: &BTreeSet<String>,
) -> Result<Vec<Place>, ProofFailed> {
    let needles: Vec<Needle> = texts.iter().flat_map(|text| Needle::all_of(text)).collect();
    let mut places = tables::search(database_url, &needles).await?;
    if let Some(nats_url) = nats_url {
        places.extend(broker::search(database_url, nats_url, &needles).await?);
    }
    Ok(places)
}
