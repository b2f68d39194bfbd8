//! A hook: what it wants to hear of, what it has heard, and how long it lives. The time is always given.

use std::num::NonZeroUsize;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::bases::cells::write_moment;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, WebhookId};
use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::delivery::{Attempt, Notifications, Ping};
use super::kept::{FIRST, Kept, Page};
use super::life::Life;
use super::{Happening, Origin, Specification, death, payloads};

/// How many payloads one answer holds at most, and where nothing is said.
pub const PAYLOADS_MAX: usize = 50;
/// Whether the list calls a dead hook enabled. Unsettled: it is said to look alive.
const A_DEAD_HOOK_LOOKS_ENABLED: bool = true;

#[derive(Debug, Clone)]
pub struct Hook {
    pub id: WebhookId,
    /// The OAuth integration that made it.
    pub integration: Option<String>,
    secret: Secret<Vec<u8>>,
    specification: Specification,
    notifications: Notifications,
    life: Life,
    kept: Kept,
    is_dead: bool,
}

#[derive(Debug, Clone)]
pub struct NewHook {
    pub id: WebhookId,
    pub at: Timestamp,
    pub integration: Option<String>,
    pub secret: Secret<Vec<u8>>,
    pub notification_url: Option<String>,
    pub specification: Specification,
}

impl Hook {
    pub fn new(new: NewHook) -> Self {
        Self {
            id: new.id,
            integration: new.integration,
            secret: new.secret,
            specification: new.specification,
            notifications: Notifications::to(new.notification_url),
            life: Life::beginning(new.at),
            kept: Kept::default(),
            is_dead: false,
        }
    }

    /// What its maker is answered; nobody is told the secret again.
    pub fn said_once(&self) -> Value {
        let secret = BASE64.encode(self.secret.reveal());
        json!({ "id": self.id, "macSecretBase64": secret, "expirationTime": write_moment(self.life.ends) })
    }

    /// Whether there are new payloads.
    pub fn note(&mut self, happening: &Happening, records_max: Option<NonZeroUsize>) -> bool {
        let at = happening.origin.at;
        if !self.listens(at) {
            return false;
        }
        self.kept.forget(at);
        let before = self.kept.next();
        if let Some(last) = death::last_words(happening, &self.specification) {
            self.is_dead = true;
            self.kept.add(at, &last);
        } else {
            let payloads = payloads(happening, &self.specification, records_max);
            payloads.iter().for_each(|payload| self.kept.add(at, payload));
        }
        self.kept.next() > before
    }

    /// Says so, and never anything again. Whether it was alive.
    pub fn die(&mut self, origin: &Origin) -> bool {
        if !self.listens(origin.at) {
            return false;
        }
        self.kept.forget(origin.at);
        self.kept.add(origin.at, &death::of_a_field(origin));
        self.is_dead = true;
        true
    }

    /// Whether it would note anything.
    pub fn listens(&self, now: Timestamp) -> bool {
        !self.is_dead && !self.is_expired(now)
    }

    /// What it listens for, if it hears of what is done so.
    pub fn hears_of(&self, origin: &Origin) -> Option<&Specification> {
        let specification = &self.specification;
        (self.listens(origin.at) && specification.hears_of(origin)).then_some(specification)
    }

    /// From a cursor on; reading lets it live on. Unsettled: a limit or a cursor out of its range is refused.
    pub fn payloads(
        &mut self,
        now: Timestamp,
        cursor: Option<u64>,
        limit: Option<usize>,
    ) -> Result<Page<'_>, ApiError> {
        let (cursor, limit) = (cursor.unwrap_or(FIRST), limit.unwrap_or(PAYLOADS_MAX));
        if cursor < FIRST || !(1..=PAYLOADS_MAX).contains(&limit) {
            return Err(ApiError::InvalidRequest);
        }
        self.kept.forget(now);
        self.life.extend(now);
        Ok(self.kept.page(cursor, limit))
    }

    /// Unsettled: the refusal, once it has expired.
    pub fn refresh(&mut self, now: Timestamp) -> Result<Value, ApiError> {
        if self.is_expired(now) {
            return Err(ApiError::InvalidRequest);
        }
        self.life.extend(now);
        Ok(json!({ "expirationTime": write_moment(self.life.ends) }))
    }

    pub fn enable_notifications(&mut self, enable: bool) {
        self.notifications.enabled = enable;
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.life.is_over(now)
    }

    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.life.is_gone(now)
    }

    /// Nothing where no ping is wanted: without an address, switched off, or expired.
    pub fn ping(&self, base: BaseId, now: Timestamp) -> Option<Ping> {
        let url = self.notifications.url.clone().filter(|_| self.notifications.enabled);
        url.filter(|_| !self.is_expired(now)).map(|url| Ping::new(url, base, self.id, &self.secret, now))
    }

    /// Notes how a ping fared; says how long after it the next attempt comes, if there is one.
    pub fn tried(&mut self, attempt: &Attempt, factor: f64) -> Option<std::time::Duration> {
        self.notifications.tried(attempt, factor)
    }

    /// As the list shows it.
    pub fn said(&self, now: Timestamp) -> Value {
        let enabled = !self.is_expired(now) && (A_DEAD_HOOK_LOOKS_ENABLED || !self.is_dead);
        json!({
            "id": self.id,
            "areNotificationsEnabled": self.notifications.enabled,
            "cursorForNextPayload": self.kept.next(),
            "isHookEnabled": enabled,
            "lastSuccessfulNotificationTime": self.notifications.last_success.map(write_moment),
            "notificationUrl": self.notifications.url,
            "expirationTime": write_moment(self.life.ends),
            "lastNotificationResult": self.notifications.last_result,
            "specification": self.specification,
        })
    }
}
