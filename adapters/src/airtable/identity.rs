//! Who a token belongs to.

use async_trait::async_trait;
use domain::bases::ports::{Fault, Identity, Person};
use reqwest::Method;

use super::Connection;
use super::call::Call;

#[async_trait]
impl Identity for Connection {
    async fn whoami(&self) -> Result<Person, Fault> {
        self.ask(Call::new("whoami", Method::GET, "/v0/meta/whoami", &[])).await
    }
}
