//! What has happened to a comment. Stored for ever: add variants, never change one. Each says where the comment is, so that whoever
//! reads one needs no other.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bases::ids::CommentId;
use crate::bases::record::Address;
use crate::identity::UserId;
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CommentEvent {
    #[serde(rename = "comment.written")]
    Written {
        address: Address,
        comment: CommentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<CommentId>,
        author: UserId,
        at: Timestamp,
        text: Personal<String>,
    },
    #[serde(rename = "comment.edited")]
    Edited { address: Address, comment: CommentId, at: Timestamp, text: Personal<String> },
    #[serde(rename = "comment.deleted")]
    Deleted { address: Address, comment: CommentId },
}

impl DomainEvent for CommentEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Written { .. } => "comment.written",
            Self::Edited { .. } => "comment.edited",
            Self::Deleted { .. } => "comment.deleted",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
