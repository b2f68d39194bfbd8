//! People over HTTP: how they come in, and what they may do.

mod api_keys;
mod deliver_webhooks;
mod email;
mod login;
mod logout;
mod mailbox;
mod members;
mod password;
mod profile;
mod refresh;
mod register;
mod routes;
mod send_mail;
mod service_accounts;
mod sessions;
mod sweep;
mod tenant;
mod tokens;
mod webhook_delivery;
mod webhook_secrets;
mod webhooks;
mod workspaces;
