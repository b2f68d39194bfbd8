//! What has happened so far, as far as somebody sees it: by the index where that reaches, from the log itself beyond.

use eventstore::event::Recorded;
use eventstore::follow::{Bounds, EventSource, Head};
use eventstore::read::{Looked, Start};
use projections::identity::event_index::{self, Readable, Wanted};
use projections::{TenantQueries, TenantTx};

use super::filter::Filter;
use super::visible::{readable_types, visible};
use crate::access::Principal;

/// What somebody wants of the past.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub principal: &'a Principal,
    pub filter: &'a Filter,
    pub start: Start,
    pub bounds: Bounds,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Past {
    source: EventSource,
    queries: TenantQueries,
}

impl Past {
    pub fn new(source: EventSource, queries: TenantQueries) -> Self {
        Self { source, queries }
    }

    /// Looks on from a start, within an end of the log that is known. Only what may be shown comes back; the place up
    /// to which everything was looked at says how far that was.
    pub async fn look(&self, ask: Ask<'_>, head: Head) -> sqlx::Result<Looked> {
        let mut tx = self.queries.begin(&ask.principal.tenant).await?;
        let reached = event_index::reached(&mut tx).await?;
        let indexed = reached.filter(|reached| reached.incarnation == head.incarnation);
        let indexed = indexed.map_or(0, |reached| reached.position.min(head.position));
        let looked = match ask.start {
            Start::After(after) if after < indexed => search(&mut tx, ask, indexed).await?,
            Start::Before(before) if before <= indexed + 1 => search(&mut tx, ask, before - 1).await?,
            start => {
                drop(tx);
                let end = if matches!(start, Start::After(_)) { head.position } else { indexed };
                self.source.reader().of_tenant(&ask.principal.tenant, start, end, ask.bounds).await?
            }
        };
        let shown = |event: &Recorded| visible(ask.principal, event) && ask.filter.fits(event);
        Ok(Looked { events: looked.events.into_iter().filter(shown).collect(), to: looked.to })
    }
}

async fn search(tx: &mut TenantTx, ask: Ask<'_>, end: i64) -> sqlx::Result<Looked> {
    let seen = ask.principal.visible();
    let types: Vec<&str> =
        readable_types(ask.principal).filter(|name| ask.filter.includes_type(name)).collect();
    let readable = Readable { visible: &seen, types: &types };
    let wanted = Wanted {
        scope: ask.filter.workspace.as_ref(),
        stream_type: ask.filter.aggregate.map(|aggregate| aggregate.0),
        stream_id: ask.filter.id.as_ref().map(|id| id.as_str()),
        correlation_id: ask.filter.correlation_id,
    };
    event_index::search(tx, &readable, &wanted, ask.start, end, ask.bounds).await
}
