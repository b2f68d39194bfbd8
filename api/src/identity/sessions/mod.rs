//! Sign-ins of a person as they see them: which there are, how they go on, how they end.

mod client;
pub mod cookies;
pub mod end;
pub mod end_others;
pub mod ending;
pub mod list;
pub mod refresh;
mod refresh_token;

pub use client::Client;
pub use refresh_token::RefreshTokens;
