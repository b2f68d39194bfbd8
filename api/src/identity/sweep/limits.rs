//! Devices that are trusted no more, limits that nobody is near, and failures of earlier hours.

use super::SweepFault;
use crate::identity::kept::KeptTables;

pub async fn drop_ended(kept: &KeptTables) -> Result<(), SweepFault> {
    kept.drop_ended_devices().await?;
    kept.drop_full_buckets().await?;
    kept.drop_failures().await?;
    Ok(())
}
