//! `airtide keys rotate-signing`: another key signs access tokens.

use std::process::ExitCode;

use api::identity::kept::{KeptTables, SigningKeyRows};
use api::identity::signing::schedule::Wanted;
use api::identity::signing::{Rotated, begin, is_written_down, rotate};
use clap::Args;
use domain::operations::operation::{Act, Outcome};
use eventstore::operations::Came;

use crate::commands::acting::Acting;
use crate::commands::common::{Common, print_line};
use crate::failure::Failure;

#[derive(Args)]
pub struct RotateSigning {
    /// In ten seconds instead, when every node knows the key; others who remember the published keys for their five
    /// minutes do not know it yet
    #[arg(long)]
    now: bool,
    #[command(flatten)]
    acting: Acting,
}

impl RotateSigning {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let kept = KeptTables::open(config.database.url()?.reveal())?;
        let wanted = if self.now { Wanted::AtOnce } else { Wanted::Soon };
        let target = if self.now { "now" } else { "soon" };
        let begun = self.acting.begin(&config, Act::RotateSigningKey, target).await?;
        let rows = SigningKeyRows::new(kept.clone(), begun.log().keys());
        begin(&rows, begun.log().keys().token_signing()).await?;
        let rotated = rotate(&rows, wanted, is_written_down).await;
        let told = rotated.as_ref().map(told).map_err(ToString::to_string);
        let (outcome, detail) = match told {
            Ok(told) => (Outcome::Done, told),
            Err(failed) => (Outcome::Failed, failed),
        };
        let count = u64::from(matches!(rotated, Ok(Rotated::TakesOver(_))));
        begun.end(Came { outcome, count, detail: detail.clone() }).await?;
        kept.close().await;
        rotated?;
        print_line(&detail);
        Ok(ExitCode::SUCCESS)
    }
}

fn told(rotated: &Rotated) -> String {
    match rotated {
        Rotated::TakesOver(next) => format!("The key {} signs from {}.", next.kid, next.signs_from),
        Rotated::Waits(signs_from) => {
            format!("One that was published before signs from {signs_from}; nothing was changed.")
        }
        Rotated::Nothing => "Nothing was changed.".to_owned(),
    }
}
