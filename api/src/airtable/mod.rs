//! `/v0`: the API that Airtable's clients speak, answered from here. What is asked and what is answered is Airtable's to the
//! letter, refusals as well; who asks, what they may, and how much of it is decided as everywhere else.

mod answer;
mod asked;
pub mod attachments;
mod base;
mod comments;
mod forbidden;
mod meta;
mod records;
mod refusal;
mod told;

pub(crate) use forbidden::forbidden;
pub(crate) use refusal::write;
pub(crate) use told::AirtableError;

use domain::bases::ids::BaseId;

use crate::http::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(meta::routes())
        .merge(records::routes())
        .merge(attachments::routes())
        .merge(comments::routes())
}

/// How long Airtable wants callers to wait who asked for too much.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 30;

/// The base that a path is about, as Airtable counts requests.
pub(crate) fn base_in(path: &str) -> Option<BaseId> {
    let mut segments = path.split('/').skip_while(|segment| matches!(*segment, "" | "v0" | "meta" | "bases"));
    BaseId::parse(segments.next()?).ok()
}

/// Whether a path is one of Airtable's API.
pub(crate) fn is_asked(path: &str) -> bool {
    path == "/v0" || path.starts_with("/v0/")
}
