//! Tenants and who works in them: members, workspaces, keys, webhooks. How people come in is in `auth`.

mod api_keys;
mod closing;
mod deliver_webhooks;
mod invitations;
mod mailbox;
mod members;
mod roles;
mod routes;
mod send_mail;
mod service_accounts;
mod sweep;
mod tenants;
mod tokens;
mod webhook_delivery;
mod webhook_secrets;
mod webhooks;
mod workspaces;
