//! What happened, opened for whom it is of.

use domain::identity::TenantId;
use domain::stored::Stored;
use eventstore::event::{Recorded, StreamName};
use eventstore::follow::Bounds;
use eventstore::read::Start;

use super::lines::{Cut, Lines};
use crate::Api;
use crate::access::Principal;
use crate::events::{show, visible};
use crate::identity::ids;

/// Events that memory holds at a time.
const PAGE: usize = 200;
const BOUNDS: Bounds = Bounds { events: PAGE, bytes: 4 * 1024 * 1024 };

/// Every event of one stream, whoever may read it otherwise: it is theirs.
pub async fn of_stream<A: Stored>(
    api: &Api,
    lines: &mut Lines,
    tenant: &TenantId,
    id: &str,
) -> Result<(), Cut> {
    let name = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id: ids::checked(id)? };
    let mut version = 0;
    loop {
        let events = api.source.reader().stream(&name, version, PAGE).await?;
        let Some(last) = events.last() else { return Ok(()) };
        version = last.version;
        say(api, lines, &events).await?;
    }
}

/// Every event of a tenant that somebody may read, up to now.
pub async fn of_tenant(api: &Api, lines: &mut Lines, principal: &Principal) -> Result<(), Cut> {
    let reader = api.source.reader();
    let (mut looked_to, head) = (0, reader.head().await?);
    while looked_to < head {
        let looked = reader.of_tenant(&principal.tenant, Start::After(looked_to), head, BOUNDS).await?;
        let events: Vec<Recorded> =
            looked.events.into_iter().filter(|event| visible(principal, event)).collect();
        say(api, lines, &events).await?;
        looked_to = looked.to;
    }
    Ok(())
}

async fn say(api: &Api, lines: &mut Lines, events: &[Recorded]) -> Result<(), Cut> {
    let reader = api.source.reader();
    let incarnation = api.progress.head().incarnation;
    for event in events {
        if let Some(shown) = show(reader.sealer(), incarnation, event).await? {
            lines.say("event", &shown).await?;
        }
    }
    Ok(())
}
