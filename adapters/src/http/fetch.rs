//! Large answers, taken piece by piece.

use domain::identity::ports::{WebFault, WebMethod, WebRequest};
use hyper::body::Bytes;

use super::exchange::Answered;
use super::{GuardedClient, REDIRECTS_MAX, within};

/// An answer that is read as it comes.
pub struct Fetching<'a> {
    client: &'a GuardedClient,
    answered: Answered,
}

impl GuardedClient {
    /// Asks for what lies at a URL, and follows redirects to it.
    pub async fn fetch(&self, url: &str) -> Result<Fetching<'_>, WebFault> {
        let request = WebRequest {
            method: WebMethod::Get,
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            redirects_max: REDIRECTS_MAX,
            answer_bytes_max: 0,
        };
        let answered = within(self.answer_within, self.follow(&request)).await?;
        Ok(Fetching { client: self, answered })
    }
}

impl Fetching<'_> {
    pub fn status(&self) -> u16 {
        self.answered.status()
    }

    /// What the sender says the bytes are.
    pub fn media_type(&self) -> Option<String> {
        self.answered.media_type()
    }

    /// The next bytes, or nothing after the last ones. Each piece has the time of a whole answer; how many may come is for
    /// the caller to bound.
    pub async fn next(&mut self) -> Result<Option<Bytes>, WebFault> {
        within(self.client.answer_within, self.answered.next()).await
    }
}
