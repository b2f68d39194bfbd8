//! Keeps the end of the log right, whoever writes it.
//!
//! The own writer moves it at once. An announcement only wakes, because any role of Postgres may send one: what it
//! says that is not known yet, Postgres itself is asked for at once. It is also asked now and then, in case an
//! announcement was missed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::Head;
use super::listener::Heard;
use crate::metrics::Metrics;
use crate::read::Reader;

const ASK_EVERY: Duration = Duration::from_secs(1);
const ASK_EVERY_WHEN_DEAF: Duration = Duration::from_millis(100);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) struct Keeper {
    pub reader: Reader,
    pub own: watch::Receiver<Head>,
    pub hearing: watch::Receiver<Heard>,
    pub head: watch::Sender<Head>,
    pub metrics: Arc<Metrics>,
}

impl Keeper {
    pub async fn keep(mut self) {
        let question = ask(self.reader.clone());
        tokio::pin!(question);
        let (mut is_asking, mut is_reachable) = (true, true);
        let mut ask_at = Instant::now() + self.pause();
        loop {
            tokio::select! {
                Ok(()) = self.own.changed() => {
                    let told = *self.own.borrow_and_update();
                    if !self.follow(told) {
                        ask_at = Instant::now();
                    }
                }
                Ok(()) = self.hearing.changed() => {
                    let heard = *self.hearing.borrow_and_update();
                    // Nothing heard yet: what was announced before is not heard any more either.
                    if !heard.head.is_some_and(|told| self.knows(told)) {
                        ask_at = Instant::now();
                    }
                }
                // A question under way is never dropped: what is heard meanwhile asks for another one after it.
                answer = &mut question, if is_asking => {
                    is_asking = false;
                    is_reachable = self.settle(answer, is_reachable);
                }
                () = sleep_until(ask_at), if !is_asking => {
                    is_asking = true;
                    ask_at = Instant::now() + self.pause();
                    question.set(ask(self.reader.clone()));
                }
            }
        }
    }

    fn knows(&self, told: Head) -> bool {
        let known = *self.head.borrow();
        told.incarnation == known.incarnation && told.position <= known.position
    }

    fn pause(&self) -> Duration {
        if self.hearing.borrow().is_listening { ASK_EVERY } else { ASK_EVERY_WHEN_DEAF }
    }

    /// Moves the head on; says whether the teller speaks of the same history.
    fn follow(&self, told: Head) -> bool {
        let known = *self.head.borrow();
        if told.incarnation != known.incarnation {
            return false;
        }
        if told.position > known.position {
            self.set(told);
        }
        true
    }

    /// Takes over what Postgres says; whether it said anything.
    fn settle(&self, answer: sqlx::Result<Head>, was_reachable: bool) -> bool {
        match answer {
            Ok(found) => {
                self.take_over(found);
                if !was_reachable {
                    tracing::info!("the log can be followed again");
                }
                true
            }
            Err(error) => {
                if was_reachable {
                    tracing::warn!(%error, "the end of the log cannot be asked for; trying again");
                }
                false
            }
        }
    }

    fn take_over(&self, found: Head) {
        if self.follow(found) {
            return;
        }
        tracing::warn!(incarnation = %found.incarnation, position = found.position, "the log has begun another incarnation");
        self.set(found);
    }

    fn set(&self, head: Head) {
        self.metrics.head_position.set(head.position);
        self.head.send_replace(head);
    }
}

async fn ask(reader: Reader) -> sqlx::Result<Head> {
    timeout(ANSWER_TIMEOUT, reader.end()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
