//! `/v0`: the API that Airtable's clients speak, answered from here.

pub mod attachments;

use crate::http::Routes;

pub fn routes() -> Routes {
    Routes::new().merge(attachments::routes())
}
