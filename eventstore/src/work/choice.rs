//! Which work is meant, whatever is done with it.

use domain::identity::TenantId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder};

use super::State;

/// Work is meant that fits everything that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    pub worker: Option<String>,
    /// In any of these states.
    pub states: Vec<State>,
    pub key: Option<String>,
    pub tenant: Option<TenantId>,
    /// What failed in the same way: the name of a [`super::Group`].
    pub group: Option<String>,
    /// Owed before this time.
    pub owed_before: Option<Timestamp>,
    /// Owed after this time.
    pub owed_after: Option<Timestamp>,
}

/// The first line of what was said when it failed.
pub(super) const SAID: &str = "left(split_part(coalesce(w.reason, ''), E'\\n', 1), 200)";
/// What kind of failure it was; of work that failed before that was noted, where it stands.
pub(super) const CLASS: &str = "coalesce(w.class, w.state)";

/// The name of the group that work fails in: a fingerprint of the worker, the class, and what was said first.
pub(super) fn group() -> String {
    format!(
        "substr(encode(sha256(convert_to(concat_ws(E'\\n', w.worker, {CLASS}, {SAID}), 'UTF8')), 'hex'), 1, 12)"
    )
}

/// Conditions on rows `w` of work, each behind `and`. Only what is set is asked for, and states stand there as they are,
/// so that the index of each can be used.
pub(super) fn push(sql: &mut QueryBuilder<Postgres>, choice: &Choice) {
    push_states(sql, &choice.states);
    if let Some(worker) = &choice.worker {
        sql.push(" and w.worker = ").push_bind(worker.clone());
    }
    if let Some(key) = &choice.key {
        sql.push(" and w.key = ").push_bind(key.clone());
    }
    if let Some(tenant) = &choice.tenant {
        sql.push(" and w.tenant = ").push_bind(tenant.as_str().to_owned());
    }
    if let Some(time) = choice.owed_before {
        sql.push(" and w.created_at < ").push_bind(time.to_sqlx());
    }
    if let Some(time) = choice.owed_after {
        sql.push(" and w.created_at > ").push_bind(time.to_sqlx());
    }
    if let Some(name) = &choice.group {
        sql.push(format_args!(" and {} = ", group())).push_bind(name.clone());
    }
}

pub(super) fn push_states(sql: &mut QueryBuilder<Postgres>, states: &[State]) {
    if !states.is_empty() {
        let names: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
        sql.push(format_args!(" and w.state in ({})", names.join(", ")));
    }
}
