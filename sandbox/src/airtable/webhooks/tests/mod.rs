//! Webhooks tell what happened to the right ones, once, and for as long as they should. The office here is a base of
//! clients and their invoices, edited through the domain's own table engine.

mod delivering;
mod dying;
mod fate;
mod filtering;
mod hooks;
mod listening;
mod living;
mod office;
mod paging;
mod schema;
mod specifying;
mod splitting;
mod telling;
mod viewing;

use std::time::Duration;

use domain::bases::errors::ApiError;
use domain::bases::ids::{RecordId, WebhookId};
use jiff::{SignedDuration, Timestamp};
use office::{CLIENTS, INVOICES, Office};
use serde_json::{Value, json};

use super::*;
