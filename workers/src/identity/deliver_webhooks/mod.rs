//! Events of a workspace, told to the URLs that it named: at least once each, always under the same id, in order for
//! each URL. What became of each attempt is an event of the webhook.

pub mod body;
mod intake;
pub mod owed;
mod owing;
pub mod request;
pub mod schedule;
pub mod secrets;
pub mod signature;
pub mod verdict;

pub use intake::Intake;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::identity::ports::WebClient;
use domain::identity::webhook::{Delivery, Endpoint, Webhook, WebhookCommand, WebhookEvent};
use domain::identity::{TenantId, WebhookId};
use eventstore::event::{Recorded, StreamId};
use eventstore::execute::{CommandError, Executor, Plan, Request};
use eventstore::payload;
use eventstore::read::Reader;
use eventstore::webhook_secrets::{Owner, WebhookSecrets};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::runtime::{Effect, Outcome, Task, Worker};
use verdict::Verdict;

const REDELIVERY_REQUESTED: &str = "webhook.redelivery_requested";

pub struct DeliverWebhooks {
    pub reader: Reader,
    pub executor: Executor,
    pub secrets: WebhookSecrets,
    pub web: Arc<dyn WebClient>,
}

/// What is told to whom, under which name.
struct Telling {
    tenant: TenantId,
    webhook: WebhookId,
    stream: StreamId,
    endpoint: Endpoint,
    /// What is told: the event that owes the work, or one of the past that it asks for.
    event: Recorded,
    delivery: Delivery,
}

/// Why there is nothing to send.
enum Nothing {
    /// Nor will there be.
    Skipped(&'static str),
    /// For now.
    Later(String),
}

impl Worker for DeliverWebhooks {
    const NAME: &'static str = "deliver_webhooks";
    const EFFECT: Effect = Effect::Retryable;
    const CONCURRENCY: usize = 32;

    async fn carry_out(&self, task: Task) -> Outcome {
        let telling = match self.telling(&task).await {
            Ok(telling) => telling,
            Err(Nothing::Skipped(reason)) => return Outcome::Skipped(reason.into()),
            Err(Nothing::Later(reason)) => return Outcome::failed(reason),
        };
        let begun = Instant::now();
        match self.send(&telling).await {
            Ok(verdict) => self.conclude(&task, telling, verdict, begun.elapsed()).await,
            Err(reason) => Outcome::failed(reason),
        }
    }
}

impl DeliverWebhooks {
    async fn telling(&self, task: &Task) -> Result<Telling, Nothing> {
        let later = |error: &dyn std::error::Error| Nothing::Later(eventstore::chain_of(error));
        let tenant = task.claim.tenant.clone();
        let webhook = WebhookId::new(task.claim.part.as_str()).map_err(|error| later(&error))?;
        let stream = StreamId::new(task.claim.part.as_str()).map_err(|error| later(&error))?;
        let state =
            self.executor.state::<Webhook>(&tenant, stream.clone()).await.map_err(|error| later(&error))?;
        let endpoint = state.state.endpoint().filter(|endpoint| endpoint.enabled);
        let endpoint = endpoint.ok_or(Nothing::Skipped("the webhook is not enabled any more"))?.clone();
        let event = self.told(&task.event).await?;
        let delivery_id = task.event.meta().map_err(|error| later(&error))?.event_id;
        let event_id = event.meta().map_err(|error| later(&error))?.event_id;
        let delivery = Delivery {
            delivery_id,
            event_id,
            event_type: event.event_type.clone(),
            position: event.position,
            attempt: task.claim.failures as u32 + 1,
        };
        Ok(Telling { tenant, webhook, stream, endpoint, event, delivery })
    }

    /// The event itself, or the one of the past that it asks for.
    async fn told(&self, event: &Recorded) -> Result<Recorded, Nothing> {
        if event.event_type != REDELIVERY_REQUESTED {
            return Ok(event.clone());
        }
        let later = |error: &dyn std::error::Error| Nothing::Later(eventstore::chain_of(error));
        let asked: WebhookEvent =
            payload::read(self.reader.sealer(), event).await.map_err(|error| later(&error))?;
        let WebhookEvent::RedeliveryRequested { position, .. } = asked else {
            return Err(Nothing::Skipped("it asks for nothing"));
        };
        let found = self.reader.at(&[position]).await.map_err(|error| later(&error))?;
        // Whoever asked was shown the event, so it is of the same tenant; it is looked at again all the same.
        let is_theirs =
            |found: &Recorded| found.stream.tenant == event.stream.tenant && found.scope == event.scope;
        found.into_iter().find(is_theirs).ok_or(Nothing::Skipped("there is no such event"))
    }

    async fn send(&self, telling: &Telling) -> Result<Verdict, String> {
        let now = Timestamp::now();
        let body = match body::of(self.reader.sealer(), &telling.event).await {
            Ok(body) => body,
            Err(body::BodyFault::TooLarge(_)) => {
                return Ok(Verdict::Never { reason: "too_large", status: None });
            }
            Err(fault) => return Err(eventstore::chain_of(&fault)),
        };
        let owner = Owner { tenant: &telling.tenant, webhook: &telling.webhook };
        let secrets = secrets::signing(&self.secrets, owner, &telling.endpoint, now).await;
        let secrets = secrets.map_err(|fault| eventstore::chain_of(&fault))?;
        let id = telling.delivery.event_id.to_string();
        let request = request::to_send(&telling.endpoint.url, &id, body, &secrets, now);
        Ok(verdict::of(&self.web.send(request).await, Timestamp::now()))
    }

    async fn conclude(&self, task: &Task, telling: Telling, verdict: Verdict, took: Duration) -> Outcome {
        let Telling { tenant, stream, delivery, .. } = telling;
        match verdict {
            Verdict::Delivered { status } => {
                let duration_ms = took.as_millis() as u64;
                let command = WebhookCommand::RecordDelivered { delivery, status, duration_ms };
                ends_with(tenant, stream, command)
            }
            Verdict::Never { reason, status } => {
                let reason = reason.to_owned();
                let command = WebhookCommand::RecordFailed { delivery, reason, status, retry_at: None };
                ends_with(tenant, stream, command)
            }
            Verdict::Later { reason, status, asked } => {
                let pause = schedule::pause_after(delivery.attempt, drawn(), asked);
                let retry_at = pause.map(|pause| {
                    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::ZERO);
                    Timestamp::now().checked_add(pause).unwrap_or(Timestamp::MAX)
                });
                let reason_told = reason.to_owned();
                let command =
                    WebhookCommand::RecordFailed { delivery, reason: reason_told, status, retry_at };
                if let Err(error) = self.record(task, &tenant, &stream, command).await {
                    // The attempt is made all the same; the next one is recorded again.
                    tracing::warn!(error = eventstore::chain_of(&error), "a failed delivery is not recorded");
                }
                match pause {
                    Some(after) => Outcome::Again { after, reason: reason.to_owned() },
                    None => Outcome::GivenUp(reason.to_owned()),
                }
            }
        }
    }

    /// What became of an attempt that another one follows: recorded once, whoever repeats it.
    async fn record(
        &self,
        task: &Task,
        tenant: &TenantId,
        stream: &StreamId,
        command: WebhookCommand,
    ) -> Result<(), CommandError> {
        let request = Request::new(tenant.clone(), format!("worker:{}", Self::NAME));
        let mut request =
            request.caused_by(&task.event).map_err(|error| CommandError::Fault(error.to_string()))?;
        request.scope = task.event.scope.clone();
        request.traceparent = task.traceparent.clone();
        self.executor.execute(&request, plan(tenant, stream, command)).await.map(|_| ())
    }
}

fn ends_with(tenant: TenantId, stream: StreamId, command: WebhookCommand) -> Outcome {
    Outcome::then(move || plan(&tenant, &stream, command.clone()))
}

fn plan(tenant: &TenantId, stream: &StreamId, command: WebhookCommand) -> Plan {
    Plan::new().decide::<Webhook>(tenant, stream.clone(), command)
}

fn drawn() -> f64 {
    let (_, drawn) = Uuid::new_v4().as_u64_pair();
    f64::from(drawn as u32) / f64::from(u32::MAX)
}
