//! A comment on a record: one stream under an id of our own, which follows from the base and the id that callers know. What it says is
//! sealed under the key of its base. Only its author changes or deletes it.

mod bounds;
mod commands;
mod events;
mod key;
mod mentions;
mod refusal;
mod said;
#[cfg(test)]
mod tests;

pub use bounds::TEXT_BYTES_MAX;
pub use commands::CommentCommand;
pub use events::CommentEvent;
pub use key::{LETTERS, key};
pub use mentions::mentions;
pub use refusal::CommentRefusal;
pub use said::{PAGE_SIZE_MAX, Person, Saying};

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::CommentId;
use super::record::Address;
use crate::identity::{UserId, WorkspaceId};
use crate::personal::Personal;
use crate::stored::Stored;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    details: Option<Details>,
    deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Of the record that it is about.
    pub address: Address,
    pub comment: CommentId,
    /// The comment that it answers.
    pub parent: Option<CommentId>,
    pub author: UserId,
    pub written: Timestamp,
    pub edited: Option<Timestamp>,
    pub text: Personal<String>,
}

impl Comment {
    /// Nothing once it is deleted.
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref().filter(|_| !self.deleted)
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: CommentCommand) -> Result<Vec<CommentEvent>, CommentRefusal> {
        use {CommentCommand as Command, CommentRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Write { address, comment, parent, author, at, text }) => {
                bounds::check(&text)?;
                let text = Personal::new(address.subject(), text);
                Ok(vec![CommentEvent::Written { address, comment, parent, author, at, text }])
            }
            (None, _) => Err(Refusal::UnknownComment),
            (Some(details), Command::Write { address, parent, author, text, .. }) => {
                let asked = (&address, &parent, &author, Some(&text));
                let same = asked == (&details.address, &details.parent, &details.author, details.text.get());
                if same && !self.deleted { Ok(vec![]) } else { Err(Refusal::CommentExists) }
            }
            (Some(details), Command::Edit { by, .. } | Command::Delete { by }) if by != details.author => {
                Err(Refusal::NotTheAuthor)
            }
            (Some(_), Command::Delete { .. }) if self.deleted => Ok(vec![]),
            (Some(_), Command::Edit { .. }) if self.deleted => Err(Refusal::CommentDeleted),
            (Some(details), Command::Edit { at, text, .. }) => details.edit(at, text),
            (Some(details), Command::Delete { .. }) => {
                Ok(vec![CommentEvent::Deleted { address: details.address.clone(), comment: details.comment }])
            }
        }
    }
}

impl Details {
    fn edit(&self, at: Timestamp, text: String) -> Result<Vec<CommentEvent>, CommentRefusal> {
        bounds::check(&text)?;
        if self.text.get() == Some(&text) {
            return Ok(vec![]);
        }
        let text = Personal::new(self.address.subject(), text);
        Ok(vec![CommentEvent::Edited { address: self.address.clone(), comment: self.comment, at, text }])
    }
}

impl Aggregate for Comment {
    const TYPE: &'static str = "comment";
    type Command = CommentCommand;
    type Event = CommentEvent;
    type Error = CommentRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: CommentCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), CommentRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: CommentEvent) {
        match (event, &mut self.details) {
            (CommentEvent::Written { address, comment, parent, author, at, text }, details) => {
                let (written, edited) = (at, None);
                *details = Some(Details { address, comment, parent, author, written, edited, text });
            }
            (CommentEvent::Edited { at, text, .. }, Some(details)) => {
                details.text = text;
                details.edited = Some(at);
            }
            (CommentEvent::Deleted { .. }, Some(details)) => {
                if let Some(text) = details.text.get_mut() {
                    text.clear();
                }
                self.deleted = true;
            }
            // The stream of a comment begins with its writing; nothing before it can change details.
            (CommentEvent::Edited { .. } | CommentEvent::Deleted { .. }, None) => {}
        }
    }
}

impl Stored for Comment {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// A comment belongs to the workspace of its base, where its callers work.
    fn scope(_: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        requested.cloned()
    }
}
