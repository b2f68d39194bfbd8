//! A connection to NATS that is given up when it breaks: whoever used it begins again and looks what is true now.

use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use percent_encoding::percent_decode_str;
use tokio::sync::watch;
use tokio::time::timeout;

use super::BrokerFault;
use super::message::HEADERS_BYTES_MAX;
use crate::limits::EVENT_BYTES_MAX;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// A server that is gone without a word is noticed after two of these.
const PING_EVERY: Duration = Duration::from_secs(2);
/// Bytes of the largest message.
pub const MESSAGE_BYTES_MAX: usize = EVENT_BYTES_MAX + HEADERS_BYTES_MAX;

/// A connection to the broker. Cheap to clone.
#[derive(Clone)]
pub struct Broker {
    client: Client,
    context: Context,
    is_lost: watch::Receiver<bool>,
}

/// Connects to one of the servers of a list. The name is what the server shows of us.
pub async fn connect(urls: &str, name: &str) -> Result<Broker, BrokerFault> {
    let (losing, is_lost) = watch::channel(false);
    let options = ConnectOptions::new()
        .name(name)
        .connection_timeout(CONNECT_TIMEOUT)
        .request_timeout(Some(REQUEST_TIMEOUT))
        .ping_interval(PING_EVERY)
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed) {
                losing.send_replace(true);
            }
            async {}
        });
    let servers = servers(urls)?;
    // Whoever has lost a connection takes a new one; the old one is not to come back on its own.
    let options = as_named(options, &servers).max_reconnects(servers.len());
    let client = timeout(CONNECT_TIMEOUT, options.connect(servers)).await;
    let client = client.map_err(|_| BrokerFault::Silent)?.map_err(BrokerFault::Unreachable)?;
    let mut context = jetstream::new(client.clone());
    context.set_timeout(REQUEST_TIMEOUT);
    let broker = Broker { client, context, is_lost };
    broker.check()?;
    Ok(broker)
}

fn servers(urls: &str) -> Result<Vec<ServerAddr>, BrokerFault> {
    urls.split(',').map(|url| url.trim().parse()).collect::<Result<_, _>>().map_err(BrokerFault::Url)
}

/// User and password stand in the address of the first server that has them, and count for all.
fn as_named(options: ConnectOptions, servers: &[ServerAddr]) -> ConnectOptions {
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let named = servers.iter().find_map(|server| Some((server.username()?, server.password()?)));
    match named {
        Some((user, password)) => options.user_and_password(plain(user), plain(password)),
        None => options,
    }
}

impl Broker {
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Returns when the connection is lost. What was sent before may have arrived or not.
    pub async fn lost(&self) {
        let mut is_lost = self.is_lost.clone();
        // A client that is gone has no connection either.
        let _ = is_lost.wait_for(|is_lost| *is_lost).await;
    }

    pub fn is_lost(&self) -> bool {
        *self.is_lost.borrow() || self.client.connection_state() != State::Connected
    }

    /// Whether anybody may connect, without a name and a password.
    pub fn is_open_to_all(&self) -> bool {
        !self.client.server_info().auth_required
    }

    pub fn version(&self) -> String {
        self.client.server_info().version
    }

    fn check(&self) -> Result<(), BrokerFault> {
        let info = self.client.server_info();
        if !self.client.is_server_compatible(2, 9, 0) {
            return Err(BrokerFault::TooOld(info.version));
        }
        if info.max_payload < MESSAGE_BYTES_MAX {
            return Err(BrokerFault::SmallPayload { allowed: info.max_payload });
        }
        Ok(())
    }
}
