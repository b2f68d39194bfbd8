//! `airtide keys`: another key takes over from the one that wraps, or from the one that signs access tokens.

mod list;
mod signing;
mod wrapping;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Keys {
    /// Every key that wraps: what it does, whether its file is here, and how many values lie under it
    List(list::List),
    /// Make the next key that wraps, in this folder; nothing is wrapped by it yet
    Add(wrapping::Add),
    /// Have a key wrap from now on, once every node has its file
    Use(wrapping::Use),
    /// Wrap anew under the present key what lies under others
    Rewrap(wrapping::Rewrap),
    /// Take a key that wraps nothing out of the list
    Retire(wrapping::Retire),
    /// Have another key sign access tokens: in five minutes, once everybody can have heard of it
    RotateSigning(signing::RotateSigning),
}

impl Keys {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Keys::List(list) => list.run(common).await,
            Keys::Add(add) => add.run(common).await,
            Keys::Use(put_in_use) => put_in_use.run(common).await,
            Keys::Rewrap(rewrap) => rewrap.run(common).await,
            Keys::Retire(retire) => retire.run(common).await,
            Keys::RotateSigning(rotate) => rotate.run(common).await,
        }
    }
}
