//! Sends calls: in their turn, and again where nothing was done.

use std::time::{Duration, Instant};

use domain::bases::ports::{Fault, Sent};
use domain::secret::Secret;
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span, field};

use super::call::Call;
use super::limits::Counted;
use super::{Connection, Inner, exchange, verdict};

/// Who sends a call.
pub struct Sender<'a> {
    /// The whole header.
    pub authorization: Option<Secret<String>>,
    pub counted_for: &'a str,
    pub patience: Duration,
    pub sent: Sent,
}

/// A fault, and when Airtable wants to be asked again.
struct Failed {
    fault: Fault,
    retry_after: Option<Duration>,
}

impl Connection {
    /// Sends a call and reads its answer.
    pub async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, Fault> {
        let answer = self.inner.send(&call, &self.sender()).await?;
        read(&call, &answer)
    }

    /// Sends a call whose answer says nothing.
    pub async fn tell(&self, call: Call) -> Result<(), Fault> {
        self.inner.send(&call, &self.sender()).await.map(drop)
    }

    fn sender(&self) -> Sender<'_> {
        let authorization = Secret::new(format!("Bearer {}", self.access.token.reveal()));
        let (counted_for, patience) = (&self.access.counted_for, self.access.patience);
        let sent = self.access.sent.clone();
        Sender { authorization: Some(authorization), counted_for, patience, sent }
    }
}

/// Where it cannot be read, its place is named and not what stands there.
pub fn read<T: DeserializeOwned>(call: &Call, answer: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(answer).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let why = format!("{}: {:?} in line {line}, column {column}", call.operation, error.classify());
        verdict::unreadable(call.effect, &why)
    })
}

impl Inner {
    pub async fn send(&self, call: &Call, sender: &Sender<'_>) -> Result<Vec<u8>, Fault> {
        let until = self.time.now() + sender.patience;
        let (is_metered, person) = (call.is_metered(), sender.counted_for.to_owned());
        let counted = Counted { base: call.base, person, is_metered };
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.metrics.waited(self.limits.turn(&counted, until).await?);
            sender.sent.one_more();
            let failed = match self.attempt(call, sender, attempt).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            self.heed(&failed.fault, &counted);
            let Some(pause) = self.pause(&failed, attempt, until) else { return Err(failed.fault) };
            self.time.sleep(pause).await;
        }
    }

    /// What a fault means for others who wait.
    fn heed(&self, fault: &Fault, counted: &Counted) {
        match fault {
            Fault::Wait { retry_after } => self.limits.penalise(counted, *retry_after),
            Fault::QuotaSpent => self.limits.spend(counted),
            _ => {}
        }
    }

    /// How long until the next attempt, if there is one.
    fn pause(&self, failed: &Failed, attempts: u32, until: Instant) -> Option<Duration> {
        if !failed.fault.retry_helps() {
            return None;
        }
        let pause = self.backoff.pause(attempts, failed.retry_after, self.time.chance())?;
        (self.time.now() + pause <= until).then_some(pause)
    }

    async fn attempt(&self, call: &Call, sender: &Sender<'_>, attempt: u32) -> Result<Vec<u8>, Failed> {
        let span = span(call, attempt);
        let began = self.time.now();
        let ended = self.exchange_once(call, sender, &span).instrument(span.clone()).await;
        let outcome = ended.as_ref().map_or_else(|failed| failed.fault.code(), |_| "ok");
        span.record("outcome", outcome);
        let took = self.time.now().saturating_duration_since(began);
        self.metrics.ended(call.operation, outcome, took);
        ended
    }

    async fn exchange_once(&self, call: &Call, sender: &Sender<'_>, span: &Span) -> Result<Vec<u8>, Failed> {
        let failed = |fault, retry_after| Failed { fault, retry_after };
        let url = call.url(&self.hosts);
        // The root was looked at before, so what cannot be written down is the token.
        let request = exchange::request(call, &url, sender.authorization.as_ref())
            .ok_or_else(|| failed(Fault::Unauthorized, None))?;
        let reply = self.exchange.send(request).await;
        let reply = reply.map_err(|silence| failed(verdict::of_silence(call.effect, silence), None))?;
        span.record("status", reply.status);
        match verdict::of_reply(call.effect, &reply) {
            None => Ok(reply.body),
            Some(fault) => Err(failed(fault, reply.retry_after)),
        }
    }
}

/// Neither the token nor what stands in cells, queries or bodies.
fn span(call: &Call, attempt: u32) -> Span {
    tracing::info_span!(
        "airtable",
        operation = call.operation,
        method = call.method.as_str(),
        route = call.route,
        base = call.base.map(field::display),
        attempt,
        status = field::Empty,
        outcome = field::Empty,
    )
}
