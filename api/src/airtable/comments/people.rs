//! Whom comments speak of. Who people are elsewhere is theirs alone: callers are told ids, and of themselves more.

use std::collections::{HashMap, HashSet};

use domain::bases::airtable_id_of;
use domain::bases::comment::{Person, mentions};
use domain::bases::ids::UserId;
use domain::identity;
use projections::identity::members;

use crate::Api;
use crate::access::Principal;
use crate::caught_up::unreadable;
use crate::http::Problem;

/// Members that are looked through for those who are mentioned, and how many at a time.
const MEMBERS_MAX: usize = 10_000;
const PAGE: usize = 1_000;

pub type People = HashMap<UserId, Person>;

/// The caller, and members who are mentioned in some texts.
pub async fn of<'a>(
    api: &Api,
    principal: &Principal,
    texts: impl Iterator<Item = &'a str>,
) -> Result<People, Problem> {
    let wanted: HashSet<UserId> = texts.flat_map(mentions).collect();
    let mut people = if wanted.is_empty() { People::new() } else { members(api, principal, &wanted).await? };
    if let Some(known) = api.user(&principal.user).await? {
        let text = |text: Option<&String>| text.cloned();
        let (email, name) = (known.details.email.get(), known.details.name.as_ref());
        let person = Person { email: text(email), name: text(name.and_then(|name| name.get())) };
        people.insert(airtable_id_of(&principal.user), person);
    }
    Ok(people)
}

async fn members(api: &Api, principal: &Principal, wanted: &HashSet<UserId>) -> Result<People, Problem> {
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let (mut people, mut after, mut seen) = (People::new(), None::<identity::UserId>, 0);
    while seen < MEMBERS_MAX && people.len() < wanted.len() {
        let rows =
            members::list(&mut queries, after.as_ref(), PAGE).await.map_err(|error| unreadable(&error))?;
        let ids = rows.iter().map(|row| airtable_id_of(&row.user));
        let mentioned = ids.filter(|id| wanted.contains(id));
        people.extend(mentioned.map(|id| (id, Person { email: None, name: None })));
        seen += rows.len();
        after = rows.into_iter().next_back().map(|row| row.user);
        if after.is_none() {
            break;
        }
    }
    Ok(people)
}
