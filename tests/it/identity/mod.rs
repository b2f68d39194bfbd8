//! People over HTTP: how they come in, and what they may do.

mod login;
mod logout;
mod passwords;
mod profile;
mod register;
mod tokens;
mod workspaces;
