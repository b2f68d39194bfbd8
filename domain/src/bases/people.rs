//! What Airtable's clients call the people who are known here.

use uuid::{Uuid, uuid};

use super::ids::{Mint, UserId};
use crate::identity;

/// Changed, everybody would be called something else.
const PEOPLE: Uuid = uuid!("5f0d8a4e-3b52-4c86-9d1f-7a60c2e9b413");

/// The same for whoever it is, always and everywhere.
pub fn airtable_id_of(person: &identity::UserId) -> UserId {
    Mint::new(Uuid::new_v5(&PEOPLE, person.as_str().as_bytes())).make()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_called_the_same_always_and_nobody_else_is() {
        let person = |text: &str| airtable_id_of(&identity::UserId::new(text).unwrap());
        assert_eq!(person("usr_ana"), person("usr_ana"));
        assert_ne!(person("usr_ana"), person("usr_ben"));
        assert_eq!(person("usr_ana").as_str(), "usrB1gWEXqxnI1a2N");
    }
}
