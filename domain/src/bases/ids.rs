//! Ids as Airtable has them: three letters for the kind, then 14 of `A-Z a-z 0-9`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Characters of every id.
pub const LENGTH: usize = 17;
const PREFIX_LENGTH: usize = 3;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What an id names.
pub trait Kind {
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($id:ident = $kind:ident $prefix:literal),+ $(,)?) => {
        /// What ids name, one empty type each.
        pub mod kinds {
            $(
                pub enum $kind {}
                impl super::Kind for $kind {
                    const PREFIX: &'static str = $prefix;
                }
            )+
        }
        $(pub type $id = ModelId<kinds::$kind>;)+
    };
}

kinds! {
    BaseId = Base "app",
    TableId = Table "tbl",
    FieldId = Field "fld",
    ViewId = View "viw",
    RecordId = Record "rec",
    UserId = User "usr",
    GroupId = Group "ugp",
    WorkspaceId = Workspace "wsp",
    AttachmentId = Attachment "att",
    ChoiceId = Choice "sel",
    CommentId = Comment "com",
    WebhookId = Webhook "ach",
    IteratorId = Iterator "itr",
}

/// The id of a `K`. Small enough to be copied.
pub struct ModelId<K> {
    text: [u8; LENGTH],
    kind: PhantomData<fn() -> K>,
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id here is {prefix} and 14 letters or digits")]
pub struct NotAnId {
    prefix: &'static str,
}

impl<K: Kind> ModelId<K> {
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId { prefix: K::PREFIX };
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| refused.clone())?;
        let plain = bytes.iter().all(u8::is_ascii_alphanumeric);
        if plain && text.starts_with(K::PREFIX) { Ok(Self::of(bytes)) } else { Err(refused) }
    }
}

impl<K> ModelId<K> {
    fn of(text: [u8; LENGTH]) -> Self {
        Self { text, kind: PhantomData }
    }

    pub fn as_str(&self) -> &str {
        // Only ASCII gets in.
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

/// Makes ids out of a seed that the caller drew: the same seed makes the same ids in the same order.
#[derive(Debug, Clone)]
pub struct Mint {
    seed: Uuid,
    made: u64,
}

impl Mint {
    pub fn new(seed: Uuid) -> Self {
        Self { seed, made: 0 }
    }

    /// Another one, whose ids do not hang on how many this one has made.
    pub fn apart(&self, purpose: &str) -> Self {
        Self::new(Uuid::new_v5(&self.seed, purpose.as_bytes()))
    }

    pub fn make<K: Kind>(&mut self) -> ModelId<K> {
        self.made += 1;
        let mut left = Uuid::new_v5(&self.seed, &self.made.to_be_bytes()).as_u128();
        let mut text = [0; LENGTH];
        text[..PREFIX_LENGTH].copy_from_slice(K::PREFIX.as_bytes());
        for place in &mut text[PREFIX_LENGTH..] {
            *place = DIGITS[(left % 62) as usize];
            left /= 62;
        }
        ModelId::of(text)
    }
}

impl<K> Clone for ModelId<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for ModelId<K> {}

impl<K> PartialEq for ModelId<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for ModelId<K> {}

impl<K> PartialOrd for ModelId<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for ModelId<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<K> Hash for ModelId<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<K> fmt::Debug for ModelId<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<K> fmt::Display for ModelId<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<K> Serialize for ModelId<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, K: Kind> Deserialize<'de> for ModelId<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_of_another_kind_or_length_is_refused() {
        for wrong in
            ["", "rec", "rec0000000000000", "rec000000000000000", "tbl00000000000000", "rec0000000000000-"]
        {
            assert!(RecordId::parse(wrong).is_err(), "{wrong}");
        }
        assert!(RecordId::parse("recé000000000000").is_err());
    }

    #[test]
    fn a_seed_makes_its_ids_again_and_none_twice() {
        let ids = |seed| {
            let mut mint = Mint::new(Uuid::from_u128(seed));
            (0..1000).map(|_| mint.make()).collect::<Vec<RecordId>>()
        };
        let unique: std::collections::BTreeSet<_> = ids(1).into_iter().chain(ids(2)).collect();
        assert_eq!(ids(1), ids(1));
        assert_eq!(unique.len(), 2000);
    }

    #[test]
    fn ids_that_are_made_apart_do_not_hang_on_the_others_and_are_none_of_them() {
        let ids =
            |mut mint: Mint| (0..100).map(|_| mint.make()).collect::<std::collections::BTreeSet<RecordId>>();
        let mint = Mint::new(Uuid::from_u128(1));
        let mut spent = mint.clone();
        let made: Vec<RecordId> = (0..100).map(|_| spent.make()).collect();
        let apart = ids(mint.apart("rows"));
        assert_eq!(apart, ids(spent.apart("rows")));
        assert!(made.iter().all(|id| !apart.contains(id)));
        assert!(apart.is_disjoint(&ids(mint.apart("columns"))));
    }

    proptest! {
        #[test]
        fn an_id_comes_back_as_it_was_written(text in "rec[A-Za-z0-9]{14}") {
            let id = RecordId::parse(&text).unwrap();
            prop_assert_eq!(id.as_str(), &text);
            let written = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<RecordId>(&written).unwrap(), id);
        }

        #[test]
        fn what_is_made_is_an_id(seed: u128) {
            let id: FieldId = Mint::new(Uuid::from_u128(seed)).make();
            prop_assert_eq!(FieldId::parse(id.as_str()), Ok(id));
        }
    }
}
