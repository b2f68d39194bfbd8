//! The demo account's base that follows the stand-in, as its owner sees it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::http::ask;

const LOOK_EVERY: Duration = Duration::from_millis(25);

/// Its id in Airtable, as soon as all of it was read once. It waits as long as it is let.
pub async fn live(address: SocketAddr, api_key: &str) -> io::Result<String> {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let bases = ask(address, "/v1/bases", Some(api_key), None).await?;
        let Some((id, airtable_id)) = followed(&bases.body) else { continue };
        let sync = ask(address, &format!("/v1/bases/{id}/sync"), Some(api_key), None).await?;
        if sync.body.get("status").and_then(Value::as_str) == Some("live") {
            return Ok(airtable_id.to_owned());
        }
    }
}

fn followed(bases: &Value) -> Option<(&str, &str)> {
    let bases = bases.get("data")?.as_array()?;
    let base = bases.iter().find(|base| base.get("origin").and_then(Value::as_str) == Some("airtable"))?;
    Some((base.get("id")?.as_str()?, base.get("airtable_id")?.as_str()?))
}
