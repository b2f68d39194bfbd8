//! Following the log: where it ends, whoever writes it, and every event of every tenant in order.
//!
//! Positions are dense and in the order of commits, so whoever has read up to the head has missed nothing. One task
//! keeps the head right, one reads what is new and hands it to everybody in this process who wants to see it live.

mod announcer;
mod cursor;
mod head;
mod incoming;
mod listener;
mod page;
mod tail;

pub use crate::append::Head;
pub use cursor::{Cursor, EventSource};
pub(crate) use listener::CHANNEL;
pub(crate) use page::read as read_page;
pub use page::{Bounds, EventPage, FollowFault};
pub use tail::{Live, Subscription, Tail, TailFault};

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::alarms::Alarms;
use crate::database::{self, Role, Unfit};
use crate::metrics::Metrics;
use crate::read::Reader;
use head::Keeper;
use incoming::{Incoming, Receiving};

/// Listening takes one connection for good.
const LISTENER_CONNECTIONS: u32 = 1;

pub(crate) struct FollowOptions {
    pub database_url: String,
    pub reader: Reader,
    /// The end of the log as the writer of this node knows it.
    pub own: watch::Receiver<Head>,
    pub metrics: Arc<Metrics>,
    pub alarms: Alarms,
}

/// The tasks that follow the log, as it holds them.
pub(crate) struct Follow {
    pub source: EventSource,
    incoming: Incoming,
    listening: PgPool,
    tasks: Vec<JoinHandle<()>>,
}

impl Follow {
    pub fn start(options: FollowOptions) -> Result<Self, Unfit> {
        let FollowOptions { database_url, reader, own, metrics, alarms } = options;
        let listening = database::pool(&database_url, Role::LogReader, LISTENER_CONNECTIONS)?;
        let known = *own.borrow();
        let (head, watched) = watch::channel(known);
        let (heard, hearing) = watch::channel(listener::Heard::default());
        let incoming = Incoming::default();
        let (tail, reading) =
            Tail::start(reader.clone(), incoming.clone(), watched.clone(), Arc::clone(&metrics));
        let announcing = announcer::announce(reader.clone(), own.clone());
        let keeper = Keeper { reader: reader.clone(), own, hearing, head, metrics };
        let tasks = vec![
            tokio::spawn(listener::listen(listening.clone(), heard, watched.clone())),
            tokio::spawn(keeper.keep()),
            tokio::spawn(announcing),
            reading,
        ];
        Ok(Self { source: EventSource::new(reader, watched, tail, alarms), incoming, listening, tasks })
    }

    /// From now on the live end is read from the broker, for as long as that has it.
    pub fn read_from_broker(&mut self, nats_url: String) {
        self.incoming.use_from_now_on();
        let receiving = Receiving {
            nats_url,
            reader: self.source.reader().clone(),
            head: self.source.head(),
            incoming: self.incoming.clone(),
        };
        self.tasks.push(tokio::spawn(receiving.run()));
    }

    pub async fn close(self) {
        for task in self.tasks {
            task.abort();
            // Only a task that has ended has let go of its connection.
            let _ = task.await;
        }
        self.listening.close().await;
    }
}
