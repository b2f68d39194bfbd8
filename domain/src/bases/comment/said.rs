//! Saying a comment as Airtable does, with the people it speaks of as they are called now.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::mentions;
use crate::bases::cells::write_moment;
use crate::bases::ids::{CommentId, UserId};

/// Comments of one page.
pub const PAGE_SIZE_MAX: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub email: Option<String>,
    pub name: Option<String>,
}

/// What is said of a comment.
pub struct Saying<'a> {
    pub id: CommentId,
    pub text: &'a str,
    pub written: Timestamp,
    pub edited: Option<Timestamp>,
    pub author: UserId,
    pub parent: Option<CommentId>,
}

impl Saying<'_> {
    /// Who is not known any more is an id alone, and is not mentioned.
    pub fn said(&self, person: impl Fn(UserId) -> Option<Person>) -> Value {
        let mut said = json!({
            "id": self.id,
            "text": self.text,
            "createdTime": write_moment(self.written),
            "lastUpdatedTime": self.edited.map(write_moment),
            "author": author(self.author, person(self.author)),
        });
        let mentioned: Map<String, Value> =
            mentions(self.text).filter_map(|id| Some((id.to_string(), mention(id, person(id)?)))).collect();
        if !mentioned.is_empty() {
            said["mentioned"] = Value::Object(mentioned);
        }
        if let Some(parent) = self.parent {
            said["parentCommentId"] = json!(parent);
        }
        said
    }
}

fn author(id: UserId, person: Option<Person>) -> Value {
    let mut said = Map::from_iter([("id".to_owned(), json!(id))]);
    let Some(Person { email, name }) = person else { return Value::Object(said) };
    said.extend(email.map(|email| ("email".to_owned(), json!(email))));
    said.extend(name.map(|name| ("name".to_owned(), json!(name))));
    Value::Object(said)
}

/// Somebody without a name is called by their address.
fn mention(id: UserId, person: Person) -> Value {
    let called = person.name.or_else(|| person.email.clone()).unwrap_or_else(|| id.to_string());
    json!({ "id": id, "type": "user", "displayName": called, "email": person.email })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<K: crate::bases::ids::Kind>(text: &str) -> crate::bases::ids::ModelId<K> {
        crate::bases::ids::ModelId::parse(text).unwrap()
    }

    fn saying(text: &str) -> Saying<'_> {
        let (id, author) = (id("com00000000000001"), id("usrAna00000000000"));
        let written = Timestamp::from_second(1_700_000_000).unwrap();
        Saying { id, text, written, edited: None, author, parent: None }
    }

    fn ana(asked: UserId) -> Option<Person> {
        let person = Person { email: Some("ana@example.org".into()), name: Some("Ana".into()) };
        (asked.as_str() == "usrAna00000000000").then_some(person)
    }

    #[test]
    fn a_comment_is_said_with_its_author() {
        let author = json!({ "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" });
        let expected = json!({
            "id": "com00000000000001", "text": "Well", "createdTime": "2023-11-14T22:13:20.000Z",
            "lastUpdatedTime": null, "author": author,
        });
        assert_eq!(saying("Well").said(ana), expected);
    }

    #[test]
    fn whoever_is_known_is_mentioned_and_others_are_not() {
        let said = saying("@[usrAna00000000000] and @[usrBen00000000000]").said(ana);
        let ana = json!({ "id": "usrAna00000000000", "type": "user", "displayName": "Ana", "email": "ana@example.org" });
        assert_eq!(said["mentioned"], json!({ "usrAna00000000000": ana }));
    }

    #[test]
    fn an_author_who_is_gone_is_an_id() {
        let said = Saying { parent: Some(id("com00000000000002")), ..saying("Well") }.said(|_| None);
        assert_eq!(said["author"], json!({ "id": "usrAna00000000000" }));
        assert_eq!(said["parentCommentId"], "com00000000000002");
    }
}
