//! What is there for developers only. Nothing here is mounted where real people are served.

mod mail;
mod mailbox;

pub use mailbox::{DevMailbox, KeptMail};

use axum::routing::get;

use crate::http::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new().page(Access::Anyone, "/dev/mail", get(mail::list))
}
