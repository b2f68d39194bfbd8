//! Which events somebody sees. Every list, stream and history asks here and nowhere else.

use domain::identity::{PLATFORM_TENANT, Permission};
use eventstore::catalog::{self, CATALOG, EventType};
use eventstore::event::Recorded;

use crate::access::Principal;

/// Whether an event may be shown: it is of the caller's tenant, of no workspace or of one that is open to them, and of
/// a type that their role may read. What the catalog does not know is shown to nobody.
pub fn visible(principal: &Principal, event: &Recorded) -> bool {
    let tenant = &event.stream.tenant;
    *tenant == principal.tenant
        && tenant.as_str() != PLATFORM_TENANT
        && event.scope.as_ref().is_none_or(|workspace| principal.opens(workspace))
        && catalog::find(&event.event_type).is_some_and(|known| may_read(principal, known))
}

/// Events that name no permission are for those who may read the audit.
pub fn may_read(principal: &Principal, known: &EventType) -> bool {
    principal.may(known.read.unwrap_or(Permission::AuditRead))
}

pub fn readable_types(principal: &Principal) -> impl Iterator<Item = &'static str> {
    CATALOG.iter().filter(|known| may_read(principal, known)).map(|known| known.name)
}

/// Whether the caller may read everything that can happen to such a thing, and so what it has come to.
pub fn reads_all_of(principal: &Principal, aggregate: &str) -> bool {
    let of_it = |known: &&EventType| known.name.split_once('.').is_some_and(|(name, _)| name == aggregate);
    CATALOG.iter().filter(of_it).all(|known| may_read(principal, known))
}

#[cfg(test)]
mod tests {
    use domain::identity::Role;

    use super::*;
    use crate::events::example::{event, principal};

    const OPEN: Option<&str> = Some("wsp_open");
    const CLOSED: Option<&str> = Some("wsp_closed");

    fn sees(role: Role, event_type: &str, scope: Option<&str>) -> bool {
        visible(&principal(role, &["wsp_open"]), &event("ten_a", event_type, scope, 1))
    }

    fn names_a_permission(known: &EventType) -> bool {
        known.read.is_some()
    }

    #[test]
    fn what_names_no_permission_is_for_those_who_read_the_audit() {
        for known in CATALOG {
            for role in Role::ALL {
                let wanted = match known.read {
                    Some(permission) => role.may(permission),
                    None => matches!(role, Role::Owner | Role::Admin | Role::Auditor),
                };
                assert_eq!(sees(role, known.name, None), wanted, "{} {}", role.as_str(), known.name);
            }
        }
        assert!(CATALOG.iter().any(names_a_permission) && !CATALOG.iter().all(names_a_permission));
    }

    #[test]
    fn events_of_a_workspace_are_for_those_to_whom_it_is_open() {
        for role in Role::ALL {
            assert!(sees(role, "workspace.renamed", OPEN), "{}", role.as_str());
            let sees_every = matches!(role, Role::Owner | Role::Admin | Role::Auditor);
            assert_eq!(sees(role, "workspace.renamed", CLOSED), sees_every, "{}", role.as_str());
        }
    }

    #[test]
    fn another_tenant_and_the_platform_show_nothing_to_anybody() {
        for role in Role::ALL {
            let principal = principal(role, &["wsp_open"]);
            for (tenant, event_type) in [("ten_b", "workspace.renamed"), (PLATFORM_TENANT, "user.registered")]
            {
                assert!(!visible(&principal, &event(tenant, event_type, OPEN, 1)), "{tenant}");
            }
        }
        let mut of_the_platform = principal(Role::Owner, &[]);
        of_the_platform.tenant = domain::id::Id::new(PLATFORM_TENANT).unwrap();
        assert!(!visible(&of_the_platform, &event(PLATFORM_TENANT, "user.registered", None, 1)));
    }

    #[test]
    fn what_the_catalog_does_not_know_is_shown_to_nobody() {
        assert!(!sees(Role::Owner, "workspace.painted", None));
    }

    #[test]
    fn what_a_thing_has_come_to_is_for_those_who_read_all_of_it() {
        let viewer = principal(Role::Viewer, &[]);
        assert!(reads_all_of(&viewer, "workspace"));
        assert!(!reads_all_of(&viewer, "tenant"));
        assert!(reads_all_of(&principal(Role::Auditor, &[]), "tenant"));
    }
}
