//! How strict signing up is; `server` reads it from the configuration.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyEmail {
    /// An address is taken for its bearer's own.
    Off,
    /// Nobody signs in before their address is proven.
    Required,
}

#[derive(Debug, Clone)]
pub struct IdentitySettings {
    pub verify_email: VerifyEmail,
    /// Shortest password, in characters.
    pub password_length_min: usize,
    /// How long the closing of a tenant can be taken back.
    pub closing_grace: Duration,
}
