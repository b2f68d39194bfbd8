//! How a proof is put into a mail: behind the address of a page, or alone where no page is configured.

use domain::identity::ProofId;
use domain::identity::proof::Purpose;
use eventstore::event::StreamId;
use eventstore::mailed_links::{MailedLink, MailedLinks};

#[derive(Clone)]
pub struct Links {
    pub tokens: MailedLinks,
    /// The page that shows what a token is for.
    pub page: Option<String>,
}

impl Links {
    /// Behind a # it is sent to no server and stands in nobody's log.
    pub fn to(&self, purpose: Purpose, stream: &StreamId, proof: &ProofId) -> String {
        let link = MailedLink { stream: stream.clone(), proof: proof.clone() };
        let token = self.tokens.issue(purpose, &link);
        match &self.page {
            Some(page) => format!("{page}#{}={token}", purpose.name()),
            None => token,
        }
    }
}
