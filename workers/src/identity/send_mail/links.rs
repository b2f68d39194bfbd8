//! How a proof is put into a mail: behind the address of a page, or alone where no page is configured.

use domain::identity::proof::Purpose;
use domain::identity::{ProofId, TenantId};
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
        self.show(purpose, MailedLink { tenant: None, stream: stream.clone(), proof: proof.clone() })
    }

    /// The same for a stream that is a tenant's.
    pub fn to_tenant(
        &self,
        purpose: Purpose,
        tenant: &TenantId,
        stream: &StreamId,
        proof: &ProofId,
    ) -> String {
        let tenant = Some(tenant.clone());
        self.show(purpose, MailedLink { tenant, stream: stream.clone(), proof: proof.clone() })
    }

    fn show(&self, purpose: Purpose, link: MailedLink) -> String {
        let token = self.tokens.issue(purpose, &link);
        match &self.page {
            Some(page) => format!("{page}#{}={token}", purpose.name()),
            None => token,
        }
    }
}
