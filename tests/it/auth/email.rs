//! `/auth/email`: an address counts when its reader says so, and the old one may take a change back.

use serde_json::json;
use support::api::{Answer, PASSWORD, Person, TestApi};
use support::mailbox;

const REQUIRED: (&str, &str) = ("AIRTIDE__IDENTITY__VERIFY_EMAIL", "required");
const PROVE: &str = "Prove your address";
const NEW: &str = "Your new address";
const CHANGED: &str = "was changed";

fn register(api: &TestApi, email: &str, username: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "username": username, "password": password });
    api.post("/auth/register", body).send()
}

fn sign_in(api: &TestApi, identifier: &str, password: &str) -> Answer {
    api.post("/auth/login", json!({ "identifier": identifier, "password": password })).send()
}

fn show(api: &TestApi, path: &str, token: &str) -> Answer {
    api.post(path, json!({ "token": token })).send()
}

fn change(api: &TestApi, person: &Person, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    api.call("PUT", "/auth/email").json(body).by(person).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_before_their_address_is_proven() {
    let api = TestApi::start_with(&[mailbox::KEPT, REQUIRED]).await;
    register(&api, "ana@example.org", "ana", PASSWORD).expect(202);
    // By an address that is nobody's yet, nobody is found; by the user name, somebody who has to wait.
    sign_in(&api, "ana@example.org", PASSWORD).expect(401);
    assert_eq!(sign_in(&api, "ana", PASSWORD).expect(403).text("/code"), "email_not_verified");
    let token = mailbox::token(&api, "ana@example.org", PROVE, 1);
    show(&api, "/auth/email/verify", &token).expect(204);
    sign_in(&api, "ana@example.org", PASSWORD).expect(200);
    assert_eq!(show(&api, "/auth/email/verify", &token).expect(409).text("/code"), "link_spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mail_takes_the_place_of_the_one_before() {
    let api = TestApi::start_with(&[mailbox::KEPT, REQUIRED]).await;
    register(&api, "ana@example.org", "ana", PASSWORD).expect(202);
    let first = mailbox::token(&api, "ana@example.org", PROVE, 1);
    let ask =
        |email: &str| api.post("/auth/email/verification", json!({ "email": email })).send().expect(202).body;
    assert_eq!(ask("ana@example.org"), ask("nobody@example.org"));
    let second = mailbox::token(&api, "ana@example.org", PROVE, 2);
    show(&api, "/auth/email/verify", &first).expect(409);
    show(&api, "/auth/email/verify", &second).expect(204);
}

/// B2: who registers somebody else's address first gets nothing of it, whoever proves it.
#[tokio::test(flavor = "multi_thread")]
async fn b2_proving_an_address_discards_everybody_else_who_registered_with_it() {
    let api = TestApi::start_with(&[mailbox::KEPT, REQUIRED]).await;
    register(&api, "ana@example.org", "mallory", "a password of mallory").expect(202);
    let of_mallory = mailbox::token(&api, "ana@example.org", PROVE, 1);
    register(&api, "ana@example.org", "ana", PASSWORD).expect(202);
    let of_ana = mailbox::token(&api, "ana@example.org", PROVE, 2);
    show(&api, "/auth/email/verify", &of_ana).expect(204);
    show(&api, "/auth/email/verify", &of_mallory).expect(409);
    sign_in(&api, "ana@example.org", PASSWORD).expect(200);
    sign_in(&api, "ana@example.org", "a password of mallory").expect(401);
    sign_in(&api, "mallory", "a password of mallory").expect(401);
    // The name is free again, and the address is not.
    register(&api, "mal@example.org", "mallory", PASSWORD).expect(202);
    register(&api, "ana@example.org", "late", PASSWORD).expect(202);
    let late = mailbox::token(&api, "ana@example.org", PROVE, 3);
    assert_eq!(show(&api, "/auth/email/verify", &late).expect(409).text("/code"), "email_taken");
}

/// B5: an address changes when the new one is proven and not before; the old one hears of it and may take it back.
#[tokio::test(flavor = "multi_thread")]
async fn b5_an_address_changes_when_it_is_proven_and_the_old_one_may_take_it_back() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let body = json!({ "email": "new@example.org", "password": "not the password" });
    api.call("PUT", "/auth/email").json(body).by(&ana).send().expect(403);
    change(&api, &ana, "New@Example.org").expect(202);
    sign_in(&api, "new@example.org", PASSWORD).expect(401);
    assert_eq!(api.get("/auth/profile").by(&ana).send().expect(200).text("/email"), ana.email);

    let token = mailbox::token(&api, "new@example.org", NEW, 1);
    show(&api, "/auth/email/confirm", &token).expect(204);
    show(&api, "/auth/email/confirm", &token).expect(409);
    sign_in(&api, &ana.email, PASSWORD).expect(401);
    let thief = sign_in(&api, "new@example.org", PASSWORD).expect(200).text("/access_token");

    let back = mailbox::token(&api, &ana.email, CHANGED, 1);
    show(&api, "/auth/email/revert", &back).expect(204);
    api.get("/auth/profile").bearer(&thief).send().expect(401);
    sign_in(&api, "new@example.org", PASSWORD).expect(401);
    sign_in(&api, &ana.email, PASSWORD).expect(200);
    show(&api, "/auth/email/revert", &back).expect(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_else_is_not_told_to_be_and_cannot_be_had() {
    let api = TestApi::shared().await;
    let (ana, ben) = (api.person(), api.person());
    change(&api, &ana, &ben.email).expect(202);
    let token = mailbox::token(&api, &ben.email, NEW, 1);
    assert_eq!(show(&api, "/auth/email/confirm", &token).expect(409).text("/code"), "email_taken");
    sign_in(&api, &ana.email, PASSWORD).expect(200);
    sign_in(&api, &ben.email, PASSWORD).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_to_a_page_that_is_configured() {
    let page = ("AIRTIDE__MAIL__LINK_PAGE", "https://app.example.org/account");
    let api = TestApi::start_with(&[mailbox::KEPT, REQUIRED, page]).await;
    register(&api, "ana@example.org", "ana", PASSWORD).expect(202);
    let link = mailbox::token(&api, "ana@example.org", PROVE, 1);
    let token = link.strip_prefix("https://app.example.org/account#verify_email=").expect("the page");
    show(&api, "/auth/email/verify", token).expect(204);
}
