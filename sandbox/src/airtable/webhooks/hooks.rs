//! The hooks of a base.

use std::num::NonZeroUsize;

use domain::bases::errors::ApiError;
use domain::bases::ids::WebhookId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Happening, Hook, Listening, NewHook, Origin};

pub const HOOKS_MAX: usize = 10;
pub const HOOKS_OF_AN_INTEGRATION_MAX: usize = 2;

#[derive(Debug, Clone, Default)]
pub struct Hooks {
    hooks: Vec<Hook>,
}

/// Who asks for hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer<'a> {
    /// By a token of their own: sees all.
    Person,
    /// Sees those it made.
    Integration(&'a str),
}

impl Hooks {
    /// Whether nobody is to be told anything. Then no edit need be looked at before it is applied.
    pub fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    /// Whether one of them notes what happens: neither dead nor expired.
    pub fn listen(&self, now: Timestamp) -> bool {
        self.hooks.iter().any(|hook| hook.listens(now))
    }

    /// What they listen for in what is done so.
    pub fn listening(&self, origin: &Origin) -> Listening<'_> {
        Listening::new(self.hooks.iter().filter_map(|hook| hook.hears_of(origin)))
    }

    /// Unsettled: what has expired takes no place.
    pub fn create(&mut self, new: NewHook) -> Result<Value, ApiError> {
        self.forget(new.at);
        let living = || self.hooks.iter().filter(|hook| !hook.is_expired(new.at));
        let of_one = living().filter(|hook| hook.integration == new.integration).count();
        let full = new.integration.is_some() && of_one >= HOOKS_OF_AN_INTEGRATION_MAX;
        if full || living().count() >= HOOKS_MAX {
            return Err(ApiError::TooManyWebhooks);
        }
        let hook = Hook::new(new);
        let said = hook.said_once();
        self.hooks.push(hook);
        Ok(said)
    }

    pub fn list(&mut self, viewer: Viewer<'_>, now: Timestamp) -> Value {
        self.forget(now);
        let seen = self.hooks.iter().filter(|hook| viewer.sees(hook));
        json!({ "webhooks": seen.map(|hook| hook.said(now)).collect::<Vec<_>>() })
    }

    /// Unsettled: the refusal.
    pub fn find(&mut self, viewer: Viewer<'_>, id: WebhookId, now: Timestamp) -> Result<&mut Hook, ApiError> {
        self.forget(now);
        let found = self.hooks.iter_mut().find(|hook| hook.id == id && viewer.sees(hook));
        found.ok_or(ApiError::PermissionsOrModelNotFound)
    }

    pub fn delete(&mut self, viewer: Viewer<'_>, id: WebhookId, now: Timestamp) -> Result<(), ApiError> {
        self.find(viewer, id, now)?;
        self.hooks.retain(|hook| hook.id != id);
        Ok(())
    }

    /// Tells all of them; says which have news. Whether one wants a ping of it, its `ping` says.
    pub fn note(&mut self, happening: &Happening, records_max: Option<NonZeroUsize>) -> Vec<WebhookId> {
        self.forget(happening.origin.at);
        let told =
            self.hooks.iter_mut().filter_map(|hook| hook.note(happening, records_max).then_some(hook.id));
        told.collect()
    }

    /// As of a field that they watch and that is deleted; says which were alive.
    pub fn die(&mut self, origin: &Origin) -> Vec<WebhookId> {
        self.forget(origin.at);
        self.hooks.iter_mut().filter_map(|hook| hook.die(origin).then_some(hook.id)).collect()
    }

    fn forget(&mut self, now: Timestamp) {
        self.hooks.retain(|hook| !hook.is_gone(now));
    }
}

impl Viewer<'_> {
    fn sees(self, hook: &Hook) -> bool {
        match self {
            Viewer::Person => true,
            Viewer::Integration(own) => hook.integration.as_deref() == Some(own),
        }
    }
}
