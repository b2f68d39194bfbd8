//! Verifies the log: by itself, and against what was signed of it.

mod told;

pub use told::{Told, remarks};

use std::path::PathBuf;

use sqlx::Connection;

use crate::chain::{self, Broken, Extent, Progress, Sound, Unsound, rows};
use crate::checkpoints::{self, BadKey, CompareFailed, Compared, SigningKey};
use crate::database::{self, Role, Unfit};
use crate::keys::{self, KeyFault};

pub struct VerifyOptions {
    pub database_url: String,
    pub keys_dir: PathBuf,
    /// The file of signed checkpoints; there need be none.
    pub checkpoints: PathBuf,
    pub extent: Extent,
}

/// What was found.
#[derive(Debug)]
pub struct Verified {
    pub walked: Result<Sound, Broken>,
    /// Nothing where there is no file of checkpoints.
    pub compared: Option<Compared>,
}

impl Verified {
    pub fn violations(&self) -> Vec<String> {
        let broken = self.walked.as_ref().err().map(Broken::to_string);
        let signed = self.compared.iter().flat_map(Compared::violations);
        broken.into_iter().chain(signed.map(|violation| violation.to_string())).collect()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyFailed {
    #[error("the log ends at {head}, before position {from}")]
    BehindEnd { head: i64, from: i64 },
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Compare(#[from] CompareFailed),
    #[error("signatures cannot be checked")]
    Key(#[from] KeyFault),
    #[error(transparent)]
    BadKey(#[from] BadKey),
}

/// Changes nothing. `told` hears how far the walk has come.
pub async fn verify(
    options: VerifyOptions,
    told: &mut impl FnMut(Progress),
) -> Result<Verified, VerifyFailed> {
    let mut reader = database::connect(&options.database_url, Role::Backup).await?;
    let (head, from) = (rows::head(&mut reader).await?, options.extent.from);
    if from > head.max(1) {
        return Err(VerifyFailed::BehindEnd { head, from });
    }
    let compared = match options.checkpoints.exists() {
        true => {
            let key = SigningKey::new(&keys::checkpoint_signing(&options.keys_dir)?)?.verifying();
            checkpoints::compare(&mut reader, &options.checkpoints, &key).await?
        }
        false => None,
    };
    let walked = match chain::verify(&mut reader, options.extent, told).await {
        Ok(sound) => Ok(sound),
        Err(Unsound::Broken(broken)) => Err(broken),
        Err(Unsound::Database(error)) => return Err(error.into()),
    };
    reader.close().await?;
    Ok(Verified { walked, compared })
}
