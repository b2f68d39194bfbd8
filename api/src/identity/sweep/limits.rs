//! Devices that are trusted no more, and limits that nobody is near.

use super::SweepFault;
use crate::identity::kept::KeptTables;

pub async fn drop_ended(kept: &KeptTables) -> Result<(), SweepFault> {
    kept.drop_ended_devices().await?;
    kept.drop_full_buckets().await?;
    Ok(())
}
