//! Who a token belongs to.

use super::Played;

#[tokio::test]
async fn a_personal_token_tells_a_person_and_no_scopes() {
    let played = Played::start("identity", "whoami_of_a_personal_token").await;
    let person = played.connect().whoami().await.unwrap();
    assert_eq!((person.id.as_str(), person.scopes), ("usrAna00000000000", None));
    assert_eq!(person.email.as_deref(), Some("ana@example.org"));
    played.end();
}

#[tokio::test]
async fn an_address_is_told_only_to_who_may_read_it() {
    let played = Played::start("identity", "whoami_of_a_token_without_the_scope_for_mail").await;
    assert_eq!(played.connect().whoami().await.unwrap().email, None);
    played.end();
}

#[tokio::test]
async fn the_token_of_an_integration_tells_its_scopes() {
    let played = Played::start("identity", "whoami_of_an_integration").await;
    let scopes = played.connect().whoami().await.unwrap().scopes.unwrap();
    assert_eq!(scopes, ["data.records:read", "user.email:read"]);
    played.end();
}
