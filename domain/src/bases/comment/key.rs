//! Which stream a comment is in: it follows from the base and the id that callers know.

use uuid::Uuid;

use crate::bases::ids::CommentId;
use crate::bases::{BaseKey, CommentKey};
use crate::id::Id;

/// What keys of comments begin with. `com` is Airtable's.
pub const LETTERS: &str = "cmt";
const NAMESPACE: Uuid = Uuid::from_u128(0x2d0b_77c1_9a34_4e58_b6f0_31c5_e84d_970a);

/// Never to be changed: streams are named by it.
pub fn key(base: &BaseKey, comment: CommentId) -> CommentKey {
    let within = Uuid::new_v5(&NAMESPACE, base.as_str().as_bytes());
    Id::numbered(LETTERS, Uuid::new_v5(&within, comment.as_str().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_one_key_in_a_base_and_another_in_the_next() {
        let base = |text: &str| BaseKey::new(text).unwrap();
        let comment = CommentId::parse("com00000000000001").unwrap();
        assert_eq!(key(&base("bas_1"), comment).as_str(), "cmt_310b1541e2ff55f98458659d96fa9bef");
        assert_ne!(key(&base("bas_1"), comment), key(&base("bas_2"), comment));
    }
}
