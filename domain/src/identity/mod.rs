//! Who works here: tenants (a customer), their workspaces (where work is kept apart), and the people in them.
//!
//! Everything belongs to one tenant. People and names that are unique everywhere belong to [`PLATFORM_TENANT`].

pub mod address;
pub mod administrators;
pub mod api_key;
pub mod invitation;
pub mod membership;
pub mod name;
mod permission;
pub mod ports;
pub mod proof;
pub mod quota;
pub mod reason;
mod role;
pub mod service_account;
pub mod session;
pub mod tenant;
pub mod user;
pub mod username;
pub mod webhook;
pub mod workspace;

use crate::id::Id;

pub use administrators::Administrators;
pub use api_key::ApiKey;
pub use invitation::Invitation;
pub use membership::Membership;
pub use permission::Permission;
pub use quota::Quota;
pub use role::Role;
pub use service_account::ServiceAccount;
pub use session::Session;
pub use tenant::Tenant;
pub use user::User;
pub use webhook::Webhook;
pub use workspace::Workspace;

/// Marks the ids of credentials: what people prove themselves with, kept outside the log.
pub struct Credential;

/// Marks the ids of secrets that API keys show, kept outside the log as hashes.
pub struct ApiKeySecret;

/// Marks the ids of proofs: what links in mails show.
pub struct Proof;

/// Marks the ids of second factors: what shows codes, kept outside the log.
pub struct SecondFactor;

/// Marks the ids of sets of recovery codes, kept outside the log as hashes.
pub struct RecoveryCodes;

/// Marks the ids of secrets that webhooks sign with, kept outside the log.
pub struct WebhookSecret;

pub type TenantId = Id<Tenant>;
pub type WorkspaceId = Id<Workspace>;
pub type UserId = Id<User>;
pub type SessionId = Id<Session>;
pub type CredentialId = Id<Credential>;
pub type ProofId = Id<Proof>;
pub type SecondFactorId = Id<SecondFactor>;
pub type RecoveryCodesId = Id<RecoveryCodes>;
pub type ApiKeyId = Id<ApiKey>;
pub type ApiKeySecretId = Id<ApiKeySecret>;
pub type InvitationId = Id<Invitation>;
pub type WebhookId = Id<Webhook>;
pub type WebhookSecretId = Id<WebhookSecret>;

/// The one stream that says who administers the platform.
pub const ADMINISTRATORS: &str = "administrators";

/// The reserved tenant of people and of names unique everywhere; only this context reads it.
pub const PLATFORM_TENANT: &str = "platform";
