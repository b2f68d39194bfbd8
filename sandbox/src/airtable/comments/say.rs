//! Saying a comment, with the people it speaks of as they are called now.

use domain::bases::cells::write_moment;
use domain::bases::ids::UserId;
use serde_json::{Map, Value, json};

use super::Comment;
use super::comment::Reaction;
use crate::airtable::world::Accounts;

pub fn said(comment: &Comment, accounts: &Accounts) -> Value {
    let mut said = json!({
        "id": comment.id,
        "text": comment.text,
        "createdTime": write_moment(comment.created_time),
        "lastUpdatedTime": comment.last_updated_time.map(write_moment),
        "author": person(comment.author, "id", accounts),
    });
    let mentioned: Map<String, Value> =
        comment.mentions().filter_map(|id| Some((id.to_string(), mention(id, accounts)?))).collect();
    if !mentioned.is_empty() {
        said["mentioned"] = Value::Object(mentioned);
    }
    if let Some(parent) = comment.parent_comment_id {
        said["parentCommentId"] = json!(parent);
    }
    if !comment.reactions.is_empty() {
        said["reactions"] = comment.reactions.iter().map(|reaction| reacted(reaction, accounts)).collect();
    }
    said
}

/// Who is not known any more is an id alone.
fn person(id: UserId, key: &str, accounts: &Accounts) -> Value {
    match accounts.people.get(&id) {
        Some(person) => json!({ key: id, "email": person.email, "name": person.name }),
        None => json!({ key: id }),
    }
}

fn mention(id: UserId, accounts: &Accounts) -> Option<Value> {
    let person = accounts.people.get(&id)?;
    Some(json!({ "id": id, "type": "user", "displayName": person.name, "email": person.email }))
}

fn reacted(reaction: &Reaction, accounts: &Accounts) -> Value {
    json!({
        "emoji": { "unicodeCharacter": reaction.unicode_character },
        "reactingUser": person(reaction.user, "userId", accounts),
    })
}
