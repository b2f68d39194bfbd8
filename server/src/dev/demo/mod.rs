//! What a development instance begins with: an account, registered as anybody else would be, an API key of it, and a base.

mod access;
mod base;
mod http;

use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use super::instance::Demo;
use crate::config::Config;
use crate::failure::Failure;
use crate::wire::Running;
use access::Access;

const PATIENCE: Duration = Duration::from_secs(8);
const EMAIL: &str = "demo@airtide.test";
const USERNAME: &str = "demo";
const PASSWORD: &str = "sail with the tide";

/// Nothing, or a part of it, when the rest could not be made: everything else works without it.
pub(super) async fn seed(config: &Config, running: &Running, data_dir: &Path) -> Option<Demo> {
    let address = *running.addresses().first()?;
    let access = made("account", Access::of(address, data_dir)).await?;
    let base = made("base", base::load(config, running, &access.workspace)).await;
    Some(Demo {
        email: EMAIL,
        username: USERNAME,
        password: PASSWORD,
        api_key: access.api_key,
        local_base_id: base.map(|id| id.to_string()),
    })
}

async fn made<T, E: Into<Failure>>(what: &str, making: impl Future<Output = Result<T, E>>) -> Option<T> {
    let told = match timeout(PATIENCE, making).await {
        Ok(Ok(made)) => return Some(made),
        Ok(Err(error)) => error.into().message().to_owned(),
        Err(late) => late.to_string(),
    };
    tracing::warn!(error = told, "the demo {what} could not be made");
    None
}
