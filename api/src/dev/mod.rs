//! What is there for developers only. Nothing here is mounted where real people are served.

mod mail;
mod mailbox;

pub use mailbox::{DevMailbox, KeptMail};

use axum::routing::get;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new().page(Access::Anyone, Rate::Free, "/dev/mail", get(mail::list))
}
