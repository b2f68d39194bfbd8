//! A webhook: a URL of a workspace's own that is told what happens there, what it wants to be told, and how that went.
//!
//! It has two counts. The version of its stream moves with every event, deliveries included; its revision moves only
//! with what people see and change, so that a delivery does not spoil a change that somebody has in hand.

mod checks;
mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use checks::{DESCRIPTION_LENGTH_MAX, EVENT_TYPES_MAX, URL_BYTES_MAX};
pub use commands::WebhookCommand;
pub use events::WebhookEvent;
pub use refusal::WebhookRefusal;

use std::collections::{BTreeSet, VecDeque};

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{WebhookSecretId, WorkspaceId};
use crate::stored::Stored;

/// Webhooks of one workspace.
pub const PER_WORKSPACE_MAX: u8 = 20;
/// How long the secret before goes on signing.
pub const ROTATION_TIME: SignedDuration = SignedDuration::from_hours(24);
/// What a receiver says that wants nothing any more.
const GONE: u16 = 410;
/// Attempts that are remembered, so that none is recorded twice.
const ATTEMPTS_REMEMBERED: usize = 50;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    endpoint: Option<Endpoint>,
    removed: bool,
    revision: i64,
    /// Of late, oldest first.
    recorded: VecDeque<Attempt>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    pub workspace: WorkspaceId,
    pub slot: u8,
    pub url: String,
    pub description: String,
    pub event_types: BTreeSet<String>,
    pub enabled: bool,
    /// Nothing while it is enabled, or when it never was.
    pub disabled_because: Option<DisabledBecause>,
    pub secret: WebhookSecretId,
    pub previous: Option<PreviousSecret>,
}

/// The secret before the present one, while receivers move over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviousSecret {
    pub secret: WebhookSecretId,
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledBecause {
    /// Somebody wanted it.
    Asked,
    /// The receiver said that it is gone for good.
    Gone,
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event that asked for it: what is delivered, or a request to deliver it once more.
    pub delivery_id: Uuid,
    /// What is delivered.
    pub event_id: Uuid,
    pub event_type: String,
    pub position: i64,
    pub attempt: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Attempt {
    delivery_id: Uuid,
    attempt: u32,
}

impl Webhook {
    /// The webhook, unless it was removed or never was.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref().filter(|_| !self.removed)
    }

    /// The same, removed or not.
    pub fn any_endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// How often it was changed; the first is its making.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: WebhookCommand) -> Result<Vec<WebhookEvent>, WebhookRefusal> {
        use {WebhookCommand as Command, WebhookRefusal as Refusal};
        match (&self.endpoint, command) {
            (None, Command::Add { workspace, slot, url, description, event_types, enabled, secret }) => {
                let (disabled_because, previous) = (None, None);
                let endpoint = Endpoint {
                    workspace,
                    slot,
                    url,
                    description,
                    event_types,
                    enabled,
                    disabled_because,
                    secret,
                    previous,
                };
                endpoint.add()
            }
            (Some(endpoint), Command::Add { secret, .. }) if endpoint.secret == secret => Ok(vec![]),
            (Some(_), Command::Add { .. }) => Err(Refusal::WebhookExists),
            (None, _) => Err(Refusal::UnknownWebhook),
            (Some(_), Command::Remove { .. }) if self.removed => Ok(vec![]),
            // What was under way when it was removed came to an end all the same.
            (Some(_), Command::RecordDelivered { delivery, status, duration_ms }) => {
                Ok(self.record(&delivery.clone(), WebhookEvent::Delivered { delivery, status, duration_ms }))
            }
            (Some(endpoint), Command::RecordFailed { delivery, reason, status, retry_at }) => {
                let failed =
                    WebhookEvent::DeliveryFailed { delivery: delivery.clone(), reason, status, retry_at };
                let events = self.record(&delivery, failed);
                Ok(endpoint.after_failure(events, status, self.removed))
            }
            (Some(_), _) if self.removed => Err(Refusal::WebhookRemoved),
            (Some(endpoint), command) => self.decide_present(endpoint, command),
        }
    }

    fn decide_present(
        &self,
        endpoint: &Endpoint,
        command: WebhookCommand,
    ) -> Result<Vec<WebhookEvent>, WebhookRefusal> {
        use {WebhookCommand as Command, WebhookEvent as Event, WebhookRefusal as Refusal};
        match command {
            Command::Change { expected, .. } | Command::Remove { expected }
                if expected.is_some_and(|expected| expected != self.revision) =>
            {
                Err(Refusal::ChangedMeanwhile)
            }
            Command::Change { url, description, event_types, enabled, .. } => {
                endpoint.change(url, description, event_types, enabled)
            }
            Command::Remove { .. } => Ok(vec![Event::Removed {}]),
            Command::RotateSecret { secret, .. } if secret == endpoint.secret => Ok(vec![]),
            Command::RotateSecret { secret, at } => {
                let previous_until = at.checked_add(ROTATION_TIME).unwrap_or(Timestamp::MAX);
                Ok(vec![Event::SecretRotated { secret, previous_until }])
            }
            Command::RequestTest | Command::RequestRedelivery { .. } if !endpoint.enabled => {
                Err(Refusal::WebhookDisabled)
            }
            Command::RequestTest => Ok(vec![Event::TestRequested {}]),
            Command::RequestRedelivery { event_id, event_type, position } => {
                Ok(vec![Event::RedeliveryRequested { event_id, event_type, position }])
            }
            // Decided before: none of these waits for a webhook that is still there.
            Command::Add { .. } | Command::RecordDelivered { .. } | Command::RecordFailed { .. } => {
                Ok(vec![])
            }
        }
    }

    /// The event, unless this attempt has one already.
    fn record(&self, delivery: &Delivery, event: WebhookEvent) -> Vec<WebhookEvent> {
        if self.recorded.contains(&Attempt::of(delivery)) { vec![] } else { vec![event] }
    }

    fn remember(&mut self, delivery: &Delivery) {
        if self.recorded.len() == ATTEMPTS_REMEMBERED {
            self.recorded.pop_front();
        }
        self.recorded.push_back(Attempt::of(delivery));
    }
}

impl Attempt {
    fn of(delivery: &Delivery) -> Self {
        Self { delivery_id: delivery.delivery_id, attempt: delivery.attempt }
    }
}

impl Endpoint {
    /// Whether events of a type are delivered here, as far as the webhook has a say in it.
    pub fn wants(&self, event_type: &str) -> bool {
        self.enabled && (self.event_types.is_empty() || self.event_types.contains(event_type))
    }

    /// What a delivery at that time is signed with, the present secret first.
    pub fn secrets_at(&self, time: Timestamp) -> Vec<WebhookSecretId> {
        let previous = self.previous.iter().filter(|previous| previous.until > time);
        std::iter::once(&self.secret).chain(previous.map(|previous| &previous.secret)).cloned().collect()
    }

    fn add(self) -> Result<Vec<WebhookEvent>, WebhookRefusal> {
        checks::slot(self.slot)?;
        checks::url(&self.url)?;
        checks::description(&self.description)?;
        checks::event_types(&self.event_types)?;
        let Self { workspace, slot, url, description, event_types, enabled, secret, .. } = self;
        Ok(vec![WebhookEvent::Added { workspace, slot, url, description, event_types, enabled, secret }])
    }

    fn change(
        &self,
        url: Option<String>,
        description: Option<String>,
        event_types: Option<BTreeSet<String>>,
        enabled: Option<bool>,
    ) -> Result<Vec<WebhookEvent>, WebhookRefusal> {
        let mut events = Vec::new();
        if let Some(url) = url.filter(|url| *url != self.url) {
            checks::url(&url)?;
            events.push(WebhookEvent::UrlChanged { url });
        }
        if let Some(description) = description.filter(|description| *description != self.description) {
            checks::description(&description)?;
            events.push(WebhookEvent::Described { description });
        }
        if let Some(event_types) = event_types.filter(|types| *types != self.event_types) {
            checks::event_types(&event_types)?;
            events.push(WebhookEvent::EventTypesChosen { event_types });
        }
        match enabled.filter(|enabled| *enabled != self.enabled) {
            Some(true) => events.push(WebhookEvent::Enabled {}),
            Some(false) => events.push(WebhookEvent::Disabled { because: DisabledBecause::Asked }),
            None => {}
        }
        Ok(events)
    }

    /// A receiver that says it is gone is asked no more.
    fn after_failure(
        &self,
        mut events: Vec<WebhookEvent>,
        status: Option<u16>,
        removed: bool,
    ) -> Vec<WebhookEvent> {
        if status == Some(GONE) && self.enabled && !removed && !events.is_empty() {
            events.push(WebhookEvent::Disabled { because: DisabledBecause::Gone });
        }
        events
    }

    /// What people see of a webhook, after an event that changes it.
    fn apply(&mut self, event: WebhookEvent) {
        match event {
            WebhookEvent::UrlChanged { url } => self.url = url,
            WebhookEvent::Described { description } => self.description = description,
            WebhookEvent::EventTypesChosen { event_types } => self.event_types = event_types,
            WebhookEvent::Enabled {} => {
                self.enabled = true;
                self.disabled_because = None;
            }
            WebhookEvent::Disabled { because } => {
                self.enabled = false;
                self.disabled_because = Some(because);
            }
            WebhookEvent::SecretRotated { secret, previous_until } => {
                let secret = std::mem::replace(&mut self.secret, secret);
                self.previous = Some(PreviousSecret { secret, until: previous_until });
            }
            WebhookEvent::Added { .. }
            | WebhookEvent::Removed {}
            | WebhookEvent::TestRequested {}
            | WebhookEvent::RedeliveryRequested { .. }
            | WebhookEvent::Delivered { .. }
            | WebhookEvent::DeliveryFailed { .. } => {}
        }
    }
}

impl Aggregate for Webhook {
    const TYPE: &'static str = "webhook";
    type Command = WebhookCommand;
    type Event = WebhookEvent;
    type Error = WebhookRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: WebhookCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), WebhookRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: WebhookEvent) {
        match event {
            WebhookEvent::Added { workspace, slot, url, description, event_types, enabled, secret } => {
                self.revision += 1;
                self.endpoint = Some(Endpoint {
                    workspace,
                    slot,
                    url,
                    description,
                    event_types,
                    enabled,
                    disabled_because: None,
                    secret,
                    previous: None,
                });
            }
            WebhookEvent::Delivered { delivery, .. } | WebhookEvent::DeliveryFailed { delivery, .. } => {
                self.remember(&delivery);
            }
            WebhookEvent::TestRequested {} | WebhookEvent::RedeliveryRequested { .. } => {}
            WebhookEvent::Removed {} => {
                self.revision += 1;
                self.removed = true;
            }
            change => {
                self.revision += 1;
                if let Some(endpoint) = &mut self.endpoint {
                    endpoint.apply(change);
                }
            }
        }
    }
}

impl Stored for Webhook {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// The workspace that it is of, which whoever asks for something works in.
    fn scope(_: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        requested.cloned()
    }
}
