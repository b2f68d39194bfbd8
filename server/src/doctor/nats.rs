//! Reads the line with which every NATS server greets: its version, and whether it has JetStream.

use std::io;
use std::time::Duration;

use eventstore::doctor::Finding;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpStream;

use crate::config::Secret;

const CHECK: &str = "nats";
const DEFAULT_PORT: u16 = 4222;
const PATIENCE: Duration = Duration::from_secs(3);
const LONGEST_GREETING: u64 = 64 * 1024;

#[derive(Deserialize)]
struct Greeting {
    version: String,
    #[serde(default)]
    jetstream: bool,
}

pub async fn examine(url: Option<&Secret>) -> Finding {
    let Some(url) = url else {
        return Finding::warn(
            CHECK,
            "nats.url is not set: other processes see events a little later",
            "set NATS_URL",
        );
    };
    let address = address_of(url.reveal());
    let unreachable = |why: String| {
        Finding::fail(CHECK, format!("{address}: {why}"), "start nats-server or correct NATS_URL")
    };
    match tokio::time::timeout(PATIENCE, greet(&address)).await {
        Ok(Ok(greeting)) => judge(&greeting),
        Ok(Err(error)) => unreachable(error.to_string()),
        Err(_) => unreachable("no answer".into()),
    }
}

fn judge(greeting: &Greeting) -> Finding {
    if greeting.jetstream {
        Finding::ok(CHECK, format!("version {} with JetStream", greeting.version))
    } else {
        Finding::fail(CHECK, "the server has no JetStream", "start nats-server with -js")
    }
}

async fn greet(address: &str) -> io::Result<Greeting> {
    let connection = TcpStream::connect(address).await?;
    let mut line = String::new();
    BufReader::new(connection.take(LONGEST_GREETING)).read_line(&mut line).await?;
    let text = line.strip_prefix("INFO ").ok_or_else(|| io::Error::other("this is no NATS server"))?;
    Ok(serde_json::from_str(text)?)
}

/// Host and port of the first server of the list.
fn address_of(urls: &str) -> String {
    let url = urls.split(',').next().unwrap_or_default().trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place).trim_end_matches('/');
    let has_port = place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_port { place.to_owned() } else { format!("{place}:{DEFAULT_PORT}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_every_usual_form() {
        let cases = [
            ("nats://127.0.0.1:4333", "127.0.0.1:4333"),
            ("nats://user:pass@host:1/", "host:1"),
            ("tls://host", "host:4222"),
            ("nats://[::1]:5,nats://other", "[::1]:5"),
            ("nats://[::1]", "[::1]:4222"),
        ];
        for (url, address) in cases {
            assert_eq!(address_of(url), address);
        }
    }
}
