//! Hears of batches, whichever node wrote them, through LISTEN on a connection of its own.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Head;
use crate::backoff::Backoff;

/// Nodes announce under this name what they wrote.
pub(crate) const CHANNEL: &str = "airtide_log";
/// How often a silent connection is asked whether it still hears.
const HEARING_TEST: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What listening has come to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    pub is_listening: bool,
    /// What was announced last; nothing yet on a new connection.
    pub head: Option<Head>,
}

/// Listens for good: a connection that breaks or turns deaf is followed by another.
pub(super) async fn listen(pool: PgPool, heard: watch::Sender<Heard>, head: watch::Receiver<Head>) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        match open(&pool).await {
            Ok(listener) => {
                backoff.reset();
                heard.send_replace(Heard { is_listening: true, head: None });
                let end = hear(listener, &heard, &head).await;
                tracing::warn!("listening to the log ended: {end}; trying again");
            }
            Err(error) => tracing::debug!(%error, "cannot listen to the log"),
        }
        heard.send_replace(Heard::default());
        backoff.pause().await;
    }
}

async fn open(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    // A connection that is lost is reported, not replaced: what was announced meanwhile has to be asked for.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Passes on what is announced; returns why that came to an end.
async fn hear(
    mut listener: PgListener,
    heard: &watch::Sender<Heard>,
    head: &watch::Receiver<Head>,
) -> String {
    let mut up_to = head.borrow().position;
    let mut known = up_to;
    loop {
        match timeout(HEARING_TEST, listener.try_recv()).await {
            Ok(Ok(Some(announced))) => {
                let Some(told) = parse(announced.payload()) else { continue };
                up_to = told.position;
                heard.send_modify(|heard| heard.head = Some(told));
            }
            Ok(Ok(None)) => return "the connection is lost".into(),
            Ok(Err(error)) => return error.to_string(),
            // What was known a whole test ago must have been announced by now.
            Err(_) if up_to < known => return "the connection hears nothing".into(),
            Err(_) => known = head.borrow().position,
        }
    }
}

fn parse(payload: &str) -> Option<Head> {
    let (incarnation, position) = payload.split_once(':')?;
    Some(Head { incarnation: incarnation.parse().ok()?, position: position.parse().ok()? })
}
