//! What the event log needs to know of an aggregate beyond `cqrs_es::Aggregate`.

use cqrs_es::Aggregate;

use crate::identity::WorkspaceId;
use crate::identity::quota::Counted;
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

    /// What an event means to the exact quotas of its tenant. The log counts it in the instant in which it writes it,
    /// or writes nothing, so whoever adds and removes need not think of quotas.
    fn counts(_: &Self::Event) -> Option<Counted> {
        None
    }
}
