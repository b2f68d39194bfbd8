//! People over HTTP: how they come in, and what they may do.

mod deliver_webhooks;
mod email;
mod invitations;
mod login;
mod logout;
mod mailbox;
mod members;
mod members_http;
mod password;
mod profile;
mod refresh;
mod register;
mod roles;
mod routes;
mod send_mail;
mod sessions;
mod sweep;
mod tenant;
mod tenants;
mod tokens;
mod webhook_delivery;
mod webhook_secrets;
mod webhooks;
mod workspaces;
