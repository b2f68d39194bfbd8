//! What events mean to quotas, as guards of the unit that writes them.

use domain::identity::TenantId;
use domain::identity::quota::Counted;

use crate::append::Guard;

/// Adds what the events of one stream count to the guards of a unit: one for each counter, whatever moves it.
pub(super) fn guard(guards: &mut Vec<Guard>, tenant: &TenantId, counted: &[Counted]) {
    for each in counted {
        match each {
            Counted::Moves(quota, by) => count(guards, tenant, quota.as_str(), *by),
            Counted::Limits(quota, limit) => {
                let allowed = limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
                limit_to(guards, tenant, quota.as_str(), allowed);
            }
        }
    }
}

fn count(guards: &mut Vec<Guard>, of: &TenantId, counter: &str, by: i64) {
    let found = guards.iter_mut().find_map(|guard| match guard {
        Guard::Count { tenant, name, amount } if tenant == of && name == counter => Some(amount),
        _ => None,
    });
    match found {
        Some(amount) => *amount += by,
        None => guards.push(Guard::Count { tenant: of.clone(), name: counter.to_owned(), amount: by }),
    }
}

/// The last one counts.
fn limit_to(guards: &mut Vec<Guard>, of: &TenantId, counter: &str, limit: Option<i64>) {
    guards.retain(
        |guard| !matches!(guard, Guard::Limit { tenant, name, .. } if tenant == of && name == counter),
    );
    guards.push(Guard::Limit { tenant: of.clone(), name: counter.to_owned(), allowed: limit });
}

#[cfg(test)]
mod tests {
    use domain::identity::Quota;

    use super::*;

    fn tenant(id: &str) -> TenantId {
        TenantId::new(id).unwrap()
    }

    fn counted(of: &str, amount: i64) -> Guard {
        Guard::Count { tenant: tenant(of), name: "members".into(), amount }
    }

    fn limited(allowed: Option<i64>) -> Guard {
        Guard::Limit { tenant: tenant("acme"), name: "members".into(), allowed }
    }

    #[test]
    fn what_several_streams_of_a_tenant_count_is_added_up() {
        let mut guards = Vec::new();
        for (of, by) in [("acme", 1), ("globex", 1), ("acme", 1), ("acme", -1)] {
            guard(&mut guards, &tenant(of), &[Counted::Moves(Quota::Members, by)]);
        }
        assert_eq!(guards, [counted("acme", 1), counted("globex", 1)]);
    }

    #[test]
    fn of_several_limits_the_last_counts() {
        let mut guards = Vec::new();
        let limits = [Some(5), None].map(|limit| Counted::Limits(Quota::Members, limit));
        guard(&mut guards, &tenant("acme"), &limits);
        assert_eq!(guards, [limited(None)]);
        guard(&mut guards, &tenant("acme"), &limits[..1]);
        assert_eq!(guards, [limited(Some(5))]);
    }
}
