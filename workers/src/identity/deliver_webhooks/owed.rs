//! Whom an event is owed to. Deny by default: what the catalog does not mark goes nowhere.

use domain::identity::{PLATFORM_TENANT, WebhookId, WorkspaceId};
use eventstore::catalog;
use eventstore::event::Recorded;

/// What asks one webhook to tell something, whatever types it has chosen.
const TEST_REQUESTED: &str = "webhook.test_requested";
const REDELIVERY_REQUESTED: &str = "webhook.redelivery_requested";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owed {
    Nothing,
    /// To every webhook of a workspace that is enabled and wants events of this type.
    ToThoseOf(WorkspaceId),
    /// To one, for as long as it is enabled.
    ToOne(WebhookId),
}

/// Looks at names only and reads no payload.
pub fn owed(event: &Recorded) -> Owed {
    if event.stream.tenant.as_str() == PLATFORM_TENANT {
        return Owed::Nothing;
    }
    if matches!(event.event_type.as_str(), TEST_REQUESTED | REDELIVERY_REQUESTED) {
        return WebhookId::new(event.stream.id.as_str()).map_or(Owed::Nothing, Owed::ToOne);
    }
    match (catalog::find(&event.event_type), &event.scope) {
        (Some(known), Some(workspace)) if known.carried => Owed::ToThoseOf(workspace.clone()),
        _ => Owed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use catalog::CATALOG;
    use domain::id::Id;

    use super::super::body::example::event;
    use super::*;

    fn id<Kind>(text: &str) -> Id<Kind> {
        Id::new(text).unwrap()
    }

    #[test]
    fn what_happens_in_a_workspace_is_owed_to_those_of_it() {
        let renamed = event("workspace.renamed", r#"{"name":"Orders"}"#);
        assert_eq!(owed(&renamed), Owed::ToThoseOf(id("wsp_1")));
        assert_eq!(owed(&Recorded { scope: None, ..renamed.clone() }), Owed::Nothing);
        let mut of_the_platform = renamed;
        of_the_platform.stream.tenant = id(PLATFORM_TENANT);
        assert_eq!(owed(&of_the_platform), Owed::Nothing);
    }

    #[test]
    fn a_request_is_owed_to_the_webhook_that_it_was_made_of() {
        for name in [TEST_REQUESTED, REDELIVERY_REQUESTED] {
            assert!(catalog::find(name).is_some(), "{name}");
            assert_eq!(owed(&event(name, "{}")), Owed::ToOne(id("wsp_1")), "{name}");
        }
    }

    #[test]
    fn nothing_else_is_owed_to_anybody() {
        for entry in CATALOG.iter().filter(|entry| !entry.carried) {
            if ![TEST_REQUESTED, REDELIVERY_REQUESTED].contains(&entry.name) {
                assert_eq!(owed(&event(entry.name, "{}")), Owed::Nothing, "{}", entry.name);
            }
        }
        assert_eq!(owed(&event("workspace.painted", "{}")), Owed::Nothing);
    }
}
