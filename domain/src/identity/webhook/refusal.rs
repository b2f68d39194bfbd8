//! Why a webhook refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WebhookRefusal {
    #[error("the webhook does not exist")]
    UnknownWebhook,
    #[error("a webhook with this id exists already")]
    WebhookExists,
    #[error("the webhook was removed")]
    WebhookRemoved,
    #[error("the webhook is disabled")]
    WebhookDisabled,
    #[error("the webhook was changed meanwhile")]
    ChangedMeanwhile,
    #[error("a URL begins with http:// or https://, has at most 2,048 bytes and no blanks")]
    BadUrl,
    #[error("at most 50 types of events are chosen, each as workspace.renamed")]
    BadEventTypes,
    #[error("a description has at most 500 characters")]
    DescriptionTooLong,
    #[error("a workspace has at most 20 webhooks")]
    TooManyWebhooks,
}

impl Refusal for WebhookRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownWebhook => "unknown_webhook",
            Self::WebhookExists => "webhook_exists",
            Self::WebhookRemoved => "webhook_removed",
            Self::WebhookDisabled => "webhook_disabled",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::BadUrl => "bad_url",
            Self::BadEventTypes => "bad_event_types",
            Self::DescriptionTooLong => "description_too_long",
            Self::TooManyWebhooks => "too_many_webhooks",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownWebhook | Self::WebhookRemoved => RefusalKind::Missing,
            Self::WebhookExists | Self::WebhookDisabled | Self::ChangedMeanwhile | Self::TooManyWebhooks => {
                RefusalKind::Conflict
            }
            Self::BadUrl | Self::BadEventTypes | Self::DescriptionTooLong => RefusalKind::Invalid,
        }
    }
}
