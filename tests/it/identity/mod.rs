//! Tenants and who works in them: members, workspaces, keys, webhooks. How people come in is in `auth`.

mod api_keys;
mod audit;
mod closing;
mod deliver_webhooks;
mod erasure;
mod invitations;
mod mailbox;
mod members;
mod ninety_days;
mod open_workspaces;
mod quotas;
mod roles;
mod send_mail;
mod service_accounts;
mod sweep;
mod tenants;
mod tokens;
mod webhook_delivery;
mod webhook_secrets;
mod webhooks;
mod workspaces;
