//! What everybody was allowed to see, worked out from the tables of the log by rules of its own.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::Row;
use support::database;
use support::team::Team;

use super::follower::Heard;

/// Of the types that occur here, the one that only those see who read the audit.
const FOR_AUDIT: &str = "tenant.contact_changed";

pub struct Oracle {
    events: Vec<Event>,
}

struct Event {
    position: i64,
    scope: Option<String>,
    event_type: String,
    stream_id: String,
    payload: Value,
}

/// What a client sees, and what of it the client asked for.
#[derive(Clone)]
pub struct Rights {
    /// Nothing: those of everybody who reads the audit.
    open: Option<BTreeSet<String>>,
    /// Whose workspaces change with the events.
    follows: Option<String>,
    types: Option<Vec<&'static str>>,
    workspace: Option<String>,
}

impl Rights {
    pub fn everything() -> Self {
        Self { open: None, follows: None, types: None, workspace: None }
    }

    pub fn viewer(workspaces: &[String]) -> Self {
        Self { open: Some(workspaces.iter().cloned().collect()), ..Self::everything() }
    }

    /// Those of a viewer, as they change.
    pub fn following(user: &str, workspaces: &[String]) -> Self {
        Self { follows: Some(user.to_owned()), ..Self::viewer(workspaces) }
    }

    pub fn only_types(self, types: &[&'static str]) -> Self {
        Self { types: Some(types.to_vec()), ..self }
    }

    pub fn only_workspace(self, workspace: &str) -> Self {
        Self { workspace: Some(workspace.to_owned()), ..self }
    }

    fn learn(&mut self, event: &Event) {
        let is_own = self.follows.as_deref() == Some(event.stream_id.as_str());
        if is_own && event.event_type == "membership.workspaces_changed" {
            let workspaces = event.payload["workspaces"].as_array().expect("workspaces");
            self.open = Some(workspaces.iter().map(|id| id.as_str().expect("an id").to_owned()).collect());
        }
    }

    fn see(&self, event: &Event) -> bool {
        let may_see = match (&self.open, &event.scope) {
            (None, _) => true,
            (Some(open), Some(scope)) => open.contains(scope),
            (Some(_), None) => event.event_type != FOR_AUDIT,
        };
        may_see
            && self.types.as_ref().is_none_or(|types| types.contains(&event.event_type.as_str()))
            && self.workspace.as_ref().is_none_or(|workspace| event.scope.as_ref() == Some(workspace))
    }
}

impl Oracle {
    pub async fn read(team: &Team) -> Self {
        let mut superuser = database::superuser(&team.api.database_url).await;
        let rows = sqlx::query(
            "select position, scope, event_type, id, payload::text as payload from events
             where tenant = $1 order by position",
        )
        .bind(team.tenant.as_str())
        .fetch_all(&mut superuser)
        .await
        .expect("the log can be read");
        let event = |row: &sqlx::postgres::PgRow| Event {
            position: row.get("position"),
            scope: row.get("scope"),
            event_type: row.get("event_type"),
            stream_id: row.get("id"),
            payload: serde_json::from_str(row.get("payload")).expect("a payload is JSON"),
        };
        Self { events: rows.iter().map(event).collect() }
    }

    /// The position of the event that ended somebody's membership.
    pub fn removal_of(&self, user: &str) -> i64 {
        let is_it = |event: &&Event| event.event_type == "membership.removed" && event.stream_id == user;
        self.events.iter().find(is_it).expect("a membership ended").position
    }

    /// Fails unless a client heard exactly what it was allowed to see before `end`, and with it.
    pub fn check(&self, name: &str, rights: &Rights, heard: &Heard, end: i64) {
        let mut rights = rights.clone();
        let mut expected = Vec::new();
        for event in &self.events {
            rights.learn(event);
            let is_in_time = event.position > heard.after && event.position <= end;
            if is_in_time && rights.see(event) {
                expected.push(event.position);
            }
        }
        let heard_set: BTreeSet<i64> = heard.positions.iter().copied().collect();
        let expected_set: BTreeSet<i64> = expected.iter().copied().collect();
        let missing: Vec<&i64> = expected_set.difference(&heard_set).collect();
        let beyond: Vec<&i64> =
            heard_set.difference(&expected_set).filter(|position| **position <= end).collect();
        assert!(missing.is_empty(), "{name} did not get {missing:?}, after {} drops", heard.drops);
        assert!(beyond.is_empty(), "{name} got what it may not see: {beyond:?}");
        assert!(
            heard.positions.is_sorted_by(|one, next| one < next),
            "{name} got something twice or out of order"
        );
        assert!(!expected.is_empty(), "{name} had something to hear");
    }
}
