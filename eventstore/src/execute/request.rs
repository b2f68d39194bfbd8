//! Who asks, for whom, and under which key.

use domain::identity::{ApiKeyId, TenantId, WorkspaceId};
use uuid::Uuid;

use crate::event::Recorded;
use crate::fingerprint::Fingerprint;

/// What names commands by their callers' keys. Fixed for ever: a retry must find its first attempt.
const COMMANDS: Uuid = Uuid::from_u128(0x6f1d_2c7a_94b3_4e0e_8a55_1f0c_7be2_43d9);

/// The circumstances of a command, which become the metadata of its events.
#[derive(Debug, Clone)]
pub struct Request {
    pub tenant: TenantId,
    pub scope: Option<WorkspaceId>,
    pub actor: String,
    /// The API key with which they act.
    pub api_key: Option<ApiKeyId>,
    pub command_id: Uuid,
    /// The fingerprint of what was asked, when the caller sent a key with it.
    pub fingerprint: Option<Fingerprint>,
    pub correlation_id: Option<Uuid>,
    pub causation_id: Option<Uuid>,
    pub traceparent: Option<String>,
    /// The request that brought it, as its answer names it.
    pub request_id: Option<String>,
    /// From where that came: a network, never an address.
    pub network: Option<String>,
}

impl Request {
    /// A command of its own, that nobody can send again.
    pub fn new(tenant: TenantId, actor: impl Into<String>) -> Self {
        Self {
            tenant,
            scope: None,
            actor: actor.into(),
            api_key: None,
            command_id: Uuid::now_v7(),
            fingerprint: None,
            correlation_id: None,
            causation_id: None,
            traceparent: None,
            request_id: None,
            network: None,
        }
    }

    /// Who is said to have done it.
    pub fn by(self, actor: impl Into<String>) -> Self {
        Self { actor: actor.into(), ..self }
    }

    pub fn in_workspace(self, scope: WorkspaceId) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// A command that its caller may send again under the same key, and that is carried out once.
    pub fn keyed(self, principal: &str, key: &str, fingerprint: Fingerprint) -> Self {
        let name = format!("{}\0{principal}\0{key}", self.tenant);
        let command_id = Uuid::new_v5(&COMMANDS, name.as_bytes());
        Self { command_id, fingerprint: Some(fingerprint), ..self }
    }

    /// A command that answers an event.
    pub fn caused_by(self, event: &Recorded) -> Result<Self, crate::event::Unreadable> {
        let meta = event.meta()?;
        Ok(Self {
            correlation_id: Some(meta.correlation_id()),
            causation_id: Some(meta.event_id),
            traceparent: self.traceparent.or(meta.traceparent),
            ..self
        })
    }
}
