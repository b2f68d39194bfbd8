//! Names that are unique everywhere. They are personal, so what is reserved is an HMAC of each.

use domain::identity::{address, username};
use eventstore::execute::Executor;

/// Proven addresses.
pub const EMAIL: &str = "email";
/// Addresses that wait for their proof: several people may wait for one.
pub const EMAIL_PENDING: &str = "email_pending";
pub const USERNAME: &str = "username";
/// Ids that Airtable's clients use for bases: of a tenant, so that each leads to one base.
pub const AIRTABLE_BASE: &str = "airtable_base";
/// What connections to Airtable are found by. They are nobody's name.
pub const AIRTABLE_CONNECTION: &str = "airtable_connection";
/// Places for webhooks: a workspace has so many. They are nobody's name.
pub const WEBHOOK_SLOT: &str = "webhook_slot";

/// Places for open invitations: a tenant has so many.
pub const INVITATION_SLOT: &str = "invitation_slot";
/// Addresses that are invited to a tenant: one open invitation for each.
pub const INVITED_EMAIL: &str = "invited_email";

/// One of the places that are free, drawn by the id of who takes it, so that those who take one at the same time seldom
/// want the same.
pub fn free_place(free: &[u8], id: &str) -> Option<u8> {
    let drawn: usize = id.bytes().map(usize::from).sum();
    drawn.checked_rem(free.len()).map(|index| free[index])
}

/// The key of an address that waits for its proof: one for each person who waits for it.
pub fn pending_key(address: &str, owner: &str) -> String {
    format!("{address}.{owner}")
}

/// What somebody says who they are: an address holds an @, a user name never does.
pub enum Identifier {
    Email(String),
    Username(String),
}

impl Identifier {
    /// Nothing for a text that could be neither.
    pub fn of(text: &str) -> Option<Self> {
        match text.contains('@') {
            true => address::normalized(text).map(Self::Email),
            false => username::normalized(text).map(Self::Username),
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => EMAIL,
            Self::Username(_) => USERNAME,
        }
    }

    /// In the form in which it is kept.
    pub fn text(&self) -> &str {
        match self {
            Self::Email(text) | Self::Username(text) => text,
        }
    }

    pub fn key(&self, executor: &Executor) -> String {
        executor.look_up_key(self.text())
    }
}
