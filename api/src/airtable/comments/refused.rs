//! What Airtable says where a comment refuses.

use domain::bases::comment::CommentRefusal as Refusal;
use domain::bases::errors::ApiError;
use domain::refusal::Refusal as _;
use eventstore::execute::CommandError;

use crate::http::{Call, Problem};

/// Unsettled: how Airtable refuses a comment without a text.
const BAD_TEXTS: [Refusal; 3] = [Refusal::NoText, Refusal::TextTooLong, Refusal::NullCharacter];
const MISSING: [Refusal; 2] = [Refusal::UnknownComment, Refusal::CommentDeleted];

pub fn refused(call: &Call, error: CommandError) -> Problem {
    let is_one_of = |refusals: &[Refusal]| match &error {
        CommandError::Refused(refused) => refusals.iter().any(|refusal| refusal.code() == refused.code),
        _ => false,
    };
    let said = if is_one_of(&BAD_TEXTS) {
        Some(ApiError::InvalidRequest)
    } else if is_one_of(&MISSING) {
        Some(ApiError::NotFound)
    } else if is_one_of(&[Refusal::NotTheAuthor]) {
        Some(ApiError::NotPermitted)
    } else {
        None
    };
    match said {
        Some(error) => call.explain(error.into()),
        None => call.problem(error),
    }
}
