//! Saying a comment, with the people it speaks of as they are called now.

use domain::bases::comment::{Person, Saying};
use domain::bases::ids::UserId;
use serde_json::{Value, json};

use super::Comment;
use super::comment::Reaction;
use crate::airtable::world::Accounts;

pub fn said(comment: &Comment, accounts: &Accounts) -> Value {
    let saying = Saying {
        id: comment.id,
        text: &comment.text,
        written: comment.created_time,
        edited: comment.last_updated_time,
        author: comment.author,
        parent: comment.parent_comment_id,
    };
    let mut said = saying.said(|id| {
        let person = accounts.people.get(&id)?;
        Some(Person { email: Some(person.email.clone()), name: Some(person.name.clone()) })
    });
    if !comment.reactions.is_empty() {
        said["reactions"] = comment.reactions.iter().map(|reaction| reacted(reaction, accounts)).collect();
    }
    said
}

fn reacted(reaction: &Reaction, accounts: &Accounts) -> Value {
    json!({
        "emoji": { "unicodeCharacter": reaction.unicode_character },
        "reactingUser": person(reaction.user, accounts),
    })
}

/// Who is not known any more is an id alone.
fn person(id: UserId, accounts: &Accounts) -> Value {
    match accounts.people.get(&id) {
        Some(person) => json!({ "userId": id, "email": person.email, "name": person.name }),
        None => json!({ "userId": id }),
    }
}
