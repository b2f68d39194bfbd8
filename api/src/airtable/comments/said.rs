//! Comments as Airtable says them.

use domain::bases::airtable_id_of;
use domain::bases::comment::{Details, Saying};
use serde_json::Value;

use super::people::People;

pub fn said(details: &Details, people: &People) -> Value {
    // Of a base whose key was destroyed nothing is left to say.
    let text = details.text.get().map_or("", String::as_str);
    let saying = Saying {
        id: details.comment,
        text,
        written: details.written,
        edited: details.edited,
        author: airtable_id_of(&details.author),
        parent: details.parent,
    };
    saying.said(|id| people.get(&id).cloned())
}
