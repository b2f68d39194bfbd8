//! How often a base is looked at without a sign from Airtable.

use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Rhythm {
    /// Where Airtable's notifications reach this program, without a slash at its end; nothing where they cannot.
    pub notified_at: Option<String>,
    /// How often it is asked whether something happened.
    pub poll_every: Duration,
    /// How often all is read again, because some of what changes is told by nobody.
    pub sweep_every: Duration,
}

/// Path of the route that takes notifications, followed by tenant and base.
pub const HOOKS: &str = "/v1/airtable/hooks";
/// How often the log is asked whether somebody wants something of this base.
pub const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long one turn takes while nothing else ends it.
pub const TURN: Duration = Duration::from_secs(30 * 60);
/// How long one request to Airtable may wait altogether.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// A hook that lives no longer than this is refreshed: one lives for seven days.
pub const REFRESHED_WITHIN: Duration = Duration::from_secs(6 * 24 * 60 * 60);
/// The pause after trouble, when Airtable does not say how long it wants to be left alone.
pub const TROUBLE_PAUSE: Duration = Duration::from_secs(5);
/// And the longest.
pub const TROUBLE_PAUSE_MAX: Duration = Duration::from_secs(10 * 60);
