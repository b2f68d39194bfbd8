//! Who follows a stream, and what of it they get: the rights change with the events themselves, before the event that
//! changes them is judged. Pure: no clock, no database.

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::Membership;
use domain::identity::membership::{Details, MembershipEvent};
use eventstore::event::Recorded;
use eventstore::payload;
use eventstore::read::StateAt;

use super::filter::Filter;
use super::visible::visible;
use crate::access::Principal;

#[derive(Debug, Clone)]
pub struct Viewer {
    pub principal: Principal,
    pub filter: Filter,
    /// What the principal's rights follow from.
    membership: StateAt<Membership>,
}

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Send,
    Skip,
    /// The person is no member any more.
    End,
    /// The rights may have changed in a way that has to be asked for.
    Ask,
}

impl Viewer {
    /// Nothing for who is no member.
    pub fn new(principal: Principal, filter: Filter, membership: StateAt<Membership>) -> Option<Self> {
        let mut viewer = Self { principal, filter, membership };
        viewer.take_over().then_some(viewer)
    }

    /// The version of the membership that the rights follow from.
    pub fn version(&self) -> i64 {
        self.membership.version
    }

    /// Whether the rights are those that somebody else found.
    pub fn is(&self, details: Option<&Details>) -> bool {
        self.membership.state.details() == details
    }

    pub fn judge(&mut self, event: &Recorded) -> Verdict {
        if self.concerns_rights(event) && event.version > self.membership.version {
            match self.learn(event) {
                Some(true) => {}
                Some(false) => return Verdict::End,
                None => return Verdict::Ask,
            }
        }
        let is_sent = visible(&self.principal, event) && self.filter.fits(event);
        if is_sent { Verdict::Send } else { Verdict::Skip }
    }

    /// Takes over rights that were asked for, unless newer ones are known; whether the person is still a member.
    pub fn adopt(&mut self, membership: StateAt<Membership>) -> bool {
        if membership.version > self.membership.version {
            self.membership = membership;
        }
        self.take_over()
    }

    fn concerns_rights(&self, event: &Recorded) -> bool {
        event.stream.aggregate == Membership::TYPE
            && event.stream.id.as_str() == self.principal.user.as_str()
            && event.stream.tenant == self.principal.tenant
    }

    /// Whether the person is still a member; nothing when the event does not follow what is known, or cannot be read.
    fn learn(&mut self, event: &Recorded) -> Option<bool> {
        if event.version != self.membership.version + 1 {
            return None;
        }
        let fields = payload::present_fields(event).ok()?;
        let wrapped = payload::wrap_type(&event.event_type, &fields);
        // Nothing in a membership is personal, so no seal has to be opened.
        let change: MembershipEvent = serde_json::from_str(&wrapped).ok()?;
        self.membership.state.apply(change);
        self.membership.version = event.version;
        Some(self.take_over())
    }

    fn take_over(&mut self) -> bool {
        let Some(details) = self.membership.state.details() else {
            return false;
        };
        self.principal = self.principal.with_membership(Arc::new(details.clone()));
        true
    }
}

#[cfg(test)]
mod tests {
    use domain::identity::Role;

    use super::*;
    use crate::events::example::{details, event, membership_event, principal};

    fn membership(role: Role, workspaces: &[&str], version: i64) -> StateAt<Membership> {
        let details = details(role, workspaces);
        let mut state = Membership::default();
        state.apply(MembershipEvent::Added {
            user: details.user,
            role: details.role,
            workspaces: details.workspaces,
        });
        StateAt { state, version }
    }

    fn viewer(role: Role, workspaces: &[&str], version: i64) -> Viewer {
        let known = membership(role, workspaces, version);
        Viewer::new(principal(role, workspaces), Filter::default(), known).unwrap()
    }

    fn renamed(workspace: &str, position: i64) -> Recorded {
        event("ten_a", "workspace.renamed", Some(workspace), position)
    }

    #[test]
    fn a_change_of_rights_counts_for_the_event_that_brings_it_and_for_every_later_one() {
        let mut viewer = viewer(Role::Viewer, &["wsp_1"], 1);
        assert_eq!(viewer.judge(&renamed("wsp_1", 10)), Verdict::Send);
        let change = membership_event("membership.workspaces_changed", r#"{"workspaces":["wsp_2"]}"#, 2, 11);
        assert_eq!(viewer.judge(&change), Verdict::Send);
        assert_eq!(viewer.judge(&renamed("wsp_1", 12)), Verdict::Skip);
        assert_eq!(viewer.judge(&renamed("wsp_2", 13)), Verdict::Send);
        assert_eq!(viewer.version(), 2);
    }

    #[test]
    fn a_role_that_falls_takes_its_events_with_it() {
        let mut viewer = viewer(Role::Admin, &[], 1);
        let contact = event("ten_a", "tenant.contact_changed", None, 10);
        assert_eq!(viewer.judge(&contact), Verdict::Send);
        let change = membership_event("membership.role_changed", r#"{"role":"viewer"}"#, 2, 11);
        assert_eq!(viewer.judge(&change), Verdict::Send);
        assert_eq!(viewer.judge(&contact), Verdict::Skip);
        assert_eq!(viewer.judge(&renamed("wsp_1", 12)), Verdict::Skip);
    }

    #[test]
    fn the_end_of_a_membership_ends_the_stream_and_is_not_sent() {
        let mut viewer = viewer(Role::Owner, &[], 3);
        assert_eq!(viewer.judge(&membership_event("membership.removed", "{}", 4, 10)), Verdict::End);
    }

    #[test]
    fn what_is_older_than_the_rights_changes_them_no_more() {
        let mut viewer = viewer(Role::Viewer, &["wsp_1"], 5);
        let old = membership_event("membership.removed", "{}", 4, 10);
        assert_eq!(viewer.judge(&old), Verdict::Send);
        assert_eq!(viewer.judge(&renamed("wsp_1", 11)), Verdict::Send);
        assert_eq!(viewer.version(), 5);
    }

    #[test]
    fn a_change_that_does_not_follow_what_is_known_has_to_be_asked_for() {
        let mut viewer = viewer(Role::Viewer, &["wsp_1"], 1);
        let change = membership_event("membership.workspaces_changed", r#"{"workspaces":[]}"#, 3, 10);
        assert_eq!(viewer.judge(&change), Verdict::Ask);
        assert!(viewer.adopt(membership(Role::Viewer, &[], 3)));
        assert_eq!(viewer.judge(&change), Verdict::Send);
        assert_eq!(viewer.judge(&renamed("wsp_1", 11)), Verdict::Skip);
    }

    #[test]
    fn rights_that_are_asked_for_never_go_back() {
        let mut viewer = viewer(Role::Viewer, &[], 7);
        assert!(viewer.adopt(membership(Role::Owner, &[], 6)));
        assert_eq!(viewer.principal.role(), Role::Viewer);
        assert!(!viewer.adopt(StateAt { state: Membership::default(), version: 8 }));
    }

    #[test]
    fn the_change_of_somebody_else_is_an_event_like_any_other() {
        let mut viewer = viewer(Role::Viewer, &["wsp_1"], 1);
        let mut other = membership_event("membership.removed", "{}", 2, 10);
        other.stream.id = crate::events::example::id("usr_ben");
        assert_eq!(viewer.judge(&other), Verdict::Send);
        assert_eq!(viewer.judge(&renamed("wsp_1", 11)), Verdict::Send);
    }
}
