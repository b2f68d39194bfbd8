//! An answer, and where it leads.

use domain::identity::ports::{WebAnswer, WebFault};

use super::target::Target;

pub struct Answered {
    pub answer: WebAnswer,
    pub location: Option<String>,
}

impl Answered {
    /// Where a redirect leads, when any is followed. One that leads nowhere is an answer like any other.
    pub fn next_target(&self, from: &Target, redirects_max: u8) -> Option<Result<Target, WebFault>> {
        let is_redirect = matches!(self.answer.status, 301 | 302 | 303 | 307 | 308);
        let location = self.location.as_ref().filter(|_| is_redirect && redirects_max > 0)?;
        Some(from.join(location))
    }
}
