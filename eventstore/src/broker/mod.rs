//! NATS JetStream, which carries a copy of the log's end to whoever follows it. The copy may be lost at any time: it is
//! filled again from Postgres.

mod connection;
mod message;
mod stream;

pub use connection::{Broker, connect};
pub use message::{Label, NoEvent, SUBJECTS, headers, label, recorded, subject};
pub use stream::{Retention, config, differences, retired};

/// Why the broker cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokerFault {
    #[error("the address of the NATS server cannot be read")]
    Url(#[source] std::io::Error),
    #[error("the NATS server cannot be reached")]
    Unreachable(#[source] async_nats::ConnectError),
    #[error("the NATS server does not answer")]
    Silent,
    #[error("the NATS server has version {0}; 2.9 is the oldest that will do")]
    TooOld(String),
    #[error(
        "the NATS server takes messages of {allowed} bytes, and the largest has {}: raise its max_payload",
        connection::MESSAGE_BYTES_MAX
    )]
    SmallPayload { allowed: usize },
    #[error("the connection to NATS is lost")]
    Lost,
}
