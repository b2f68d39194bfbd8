//! OAuth as integrations of Airtable meet it, below `/oauth2/v1/`, beside the imitated API: a code for a proof (PKCE), tokens
//! for the code, new tokens for the refresh token of the last ones. Nobody is asked: a person consents at once.

mod answer;
mod authorize;
mod exchange;
mod grants;
mod integration;
mod refused;
mod scopes;
mod token;

pub use answer::answer;
pub use grants::Grants;
pub use integration::Integration;

/// Below it lies all of this.
pub const FOLDER: &str = "oauth2";
