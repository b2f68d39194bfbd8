//! What the event log needs to know of an aggregate beyond `cqrs_es::Aggregate`.

use cqrs_es::Aggregate;

use crate::identity::WorkspaceId;
use crate::refusal::Refusal;

/// An aggregate whose events the log keeps. `Services = ()`: outside facts arrive in commands.
pub trait Stored:
    Aggregate<
        Services = (),
        Command: Clone + Send + Sync + 'static,
        Event: Send + Sync + 'static,
        Error: Refusal,
    > + Clone
    + 'static
{
    /// The source text of the file that holds state and `apply`. Its hash marks snapshots: after any change to
    /// that file older snapshots are ignored and states are folded anew.
    const STATE_SOURCE: &'static str;

    /// The workspace that events of this stream belong to, if any. `requested` is the one the caller works in. Each
    /// aggregate says so for itself: a plan over several would give all of them the scope of one.
    fn scope(id: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId>;
}
