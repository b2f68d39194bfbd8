//! What is asked about bases, not in them: who asks, bases, tables, fields, views, workspaces.

mod bases;
mod fields;
mod tables;
mod views;
mod whoami;
mod workspaces;

pub use bases::{create_base, delete_base, list_bases, show_base};
pub use fields::{change_field, create_field};
pub use tables::{change_table, create_table, list_tables};
pub use views::{delete_view, list_views, show_view};
pub use whoami::whoami;
pub use workspaces::show_workspace;
