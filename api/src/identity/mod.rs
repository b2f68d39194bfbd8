//! People: how they come in, and the workspaces they work in.

mod account;
mod activity;
mod answers;
mod api_keys;
pub mod audit;
mod bootstrap;
mod create_workspace;
mod delete_workspace;
mod devices;
mod email;
pub mod erasure;
mod exports;
mod failed_sign_ins;
pub(crate) mod ids;
mod invitations;
pub mod kept;
mod keys;
mod list_workspaces;
mod login;
mod logout;
pub mod members;
mod passwords;
pub(crate) mod place;
pub(crate) mod pointers;
mod profile;
pub(crate) mod quotas;
mod recent;
mod register;
pub(crate) mod reserved;
mod second_factor;
mod service_accounts;
mod sessions;
mod settings;
mod show_workspace;
pub mod signing;
mod sweep;
mod tenant;
mod tenants;
pub mod tokens;
mod update_workspace;
pub(crate) mod user_state;
mod verify;
mod webhooks;
mod workspace_state;

pub use passwords::{Busy, Hasher};
pub use sessions::RefreshTokens;
pub use settings::{IdentitySettings, VerifyEmail};
pub use sweep::{Sweeper, SweeperOptions, TenantEnds, TenantEndsOptions, ends_with_its_tenant};

use std::sync::Arc;

use domain::identity::Permission;
use domain::identity::ports::WebClient;
use eventstore::mailed_links::MailedLinks;
use eventstore::second_factors::SecondFactors;
use eventstore::webhook_secrets::WebhookSecrets;
use utoipa_axum::routes;

use crate::access::BootstrapTokens;
use crate::http::{Access, Routes};
use crate::limits::Rate;

use kept::KeptTables;
use tokens::Tokens;

/// What this context needs beside the log.
pub struct Identity {
    pub kept: KeptTables,
    pub second_factors: SecondFactors,
    pub webhook_secrets: WebhookSecrets,
    /// What webhooks are spoken to with; here it only says which URLs it would refuse.
    pub web: Arc<dyn WebClient>,
    pub hasher: Hasher,
    pub tokens: Arc<Tokens>,
    pub refresh_tokens: RefreshTokens,
    pub bootstrap_tokens: BootstrapTokens,
    pub mailed_links: MailedLinks,
    pub settings: IdentitySettings,
}

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Anyone, Rate::Register, routes!(register::register))
        .route(Access::Anyone, Rate::Login, routes!(login::login))
        .route(Access::Anyone, Rate::Anonymous, routes!(keys::keys))
        .route(Access::SignedIn, Rate::Principal, routes!(verify::verify))
        .route(Access::Session, Rate::Principal, routes!(profile::show))
        .route(Access::Session, Rate::Principal, routes!(profile::change))
        .route(Access::Session, Rate::Principal, routes!(logout::logout))
        .route(Access::Anyone, Rate::Refresh, routes!(sessions::refresh::refresh))
        .route(Access::Session, Rate::Principal, routes!(sessions::list::list))
        .route(Access::Session, Rate::Principal, routes!(sessions::end_others::end))
        .route(Access::Session, Rate::Principal, routes!(sessions::end::end))
        .route(Access::Session, Rate::Refresh, routes!(tenant::exchange))
        .route(Access::Session, Rate::Code, routes!(passwords::change::change))
        .route(Access::Session, Rate::Code, routes!(passwords::prove_again::prove_again))
        .route(Access::Session, Rate::Principal, routes!(second_factor::show::show))
        .route(Access::Session, Rate::Code, routes!(second_factor::add::add))
        .route(Access::Session, Rate::Code, routes!(second_factor::confirm::confirm))
        .route(Access::Session, Rate::Code, routes!(second_factor::renew_codes::renew))
        .route(Access::Session, Rate::Code, routes!(second_factor::remove::remove))
        .route(Access::Session, Rate::Code, routes!(account::delete::delete))
        .route(Access::Session, Rate::Code, routes!(bootstrap::begin))
        .route(Access::Session, Rate::Export, routes!(exports::person::export))
        .route_while_closing(
            Access::Needs(Permission::TenantExport),
            Rate::Export,
            routes!(exports::tenant::export),
        )
        .route(Access::Anyone, Rate::Mail, routes!(passwords::forgotten::ask))
        .route(Access::Anyone, Rate::Anonymous, routes!(passwords::reset::reset))
        .route(Access::Anyone, Rate::Mail, routes!(email::verification::ask))
        .route(Access::Anyone, Rate::Anonymous, routes!(email::verify::verify))
        .route(Access::Session, Rate::Mail, routes!(email::change::ask))
        .route(Access::Anyone, Rate::Anonymous, routes!(email::confirm::confirm))
        .route(Access::Anyone, Rate::Anonymous, routes!(email::revert::revert))
        .route(Access::Needs(Permission::WorkspacesWrite), Rate::Principal, routes!(create_workspace::create))
        .route(Access::Needs(Permission::WorkspacesRead), Rate::Principal, routes!(list_workspaces::list))
        .route(Access::Needs(Permission::WorkspacesRead), Rate::Principal, routes!(show_workspace::show))
        .route(Access::Needs(Permission::WorkspacesWrite), Rate::Principal, routes!(update_workspace::update))
        .route(
            Access::Needs(Permission::WorkspacesDelete),
            Rate::Principal,
            routes!(delete_workspace::delete),
        )
        .route(Access::Needs(Permission::WorkspacesRead), Rate::Principal, routes!(activity::list))
        .merge(members::routes())
        .merge(audit::routes())
        .merge(invitations::routes())
        .merge(tenants::routes())
        .merge(quotas::routes())
        .merge(webhooks::routes())
        .merge(api_keys::routes())
        .merge(service_accounts::routes())
}
