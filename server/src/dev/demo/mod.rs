//! What a development instance begins with: an account, registered as anybody else would be, an API key of it, a base that is here
//! alone, and one that follows the stand-in.

mod access;
mod base;
mod connected;
mod http;
mod newcomers;

pub use newcomers::Newcomers;

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
/// Who has done what nobody asked for.
const ACTOR: &str = "operator:dev";

/// Nothing, or a part of it, when the rest could not be made: everything else works without it. `is_offered`: newcomers get a base to
/// follow.
pub(super) async fn seed(
    config: &Config,
    running: &Running,
    data_dir: &Path,
    is_offered: bool,
) -> Option<Demo> {
    let address = *running.addresses().first()?;
    let access = made("account", Access::of(address, data_dir)).await?;
    let base = made("base", base::load(config, running, &access.workspace)).await;
    let connected = match is_offered {
        true => made("base to follow", connected::live(address, &access.api_key)).await,
        false => None,
    };
    Some(Demo {
        email: EMAIL,
        username: USERNAME,
        password: PASSWORD,
        api_key: access.api_key,
        base_id: connected,
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
