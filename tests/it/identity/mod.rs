//! People over HTTP: how they come in, and what they may do.

mod api_keys;
mod deliver_webhooks;
mod invitations;
mod login;
mod logout;
mod mailbox;
mod members;
mod members_and_keys;
mod members_http;
mod profile;
mod register;
mod roles;
mod routes;
mod send_mail;
mod service_accounts;
mod sweep;
mod tenant;
mod tenants;
mod tokens;
mod webhook_delivery;
mod webhook_secrets;
mod webhooks;
mod workspaces;
