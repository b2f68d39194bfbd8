//! Whom a comment names: each as `@[usr…]`.

use crate::bases::ids::UserId;

/// In the order of the text; somebody who is named twice comes twice.
pub fn mentions(text: &str) -> impl Iterator<Item = UserId> {
    let marked = text.split("@[").skip(1);
    marked.filter_map(|rest| UserId::parse(rest.split_once(']')?.0).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_marked_and_whole_is_a_mention() {
        let text = "@[usrBen00000000000]@[usrCem] usrDee00000000000 @[usrDee00000000000 @[usrEve00000000000]";
        let mentioned: Vec<String> = mentions(text).map(|id| id.to_string()).collect();
        assert_eq!(mentioned, ["usrBen00000000000", "usrEve00000000000"]);
    }
}
