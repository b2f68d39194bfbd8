//! `/auth/password`: changed by who knows it, reset by who reads the mails, and by nobody else.

use domain::identity::proof::Purpose;
use domain::identity::user::UserCommand;
use domain::identity::{PLATFORM_TENANT, ProofId, TenantId, User};
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Request};
use eventstore::keys::Keys;
use eventstore::mailed_links::{MailedLink, MailedLinks, new_proof};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use support::api::{Answer, PASSWORD, Person, TestApi};
use support::mailbox;

const NEW: &str = "a lantern by the gate";
const RESET: &str = "Another password";

fn change(api: &TestApi, person: &Person, current: &str, new: &str) -> Answer {
    let body = json!({ "current_password": current, "new_password": new });
    api.call("PUT", "/auth/password").json(body).by(person).send()
}

fn sign_in(api: &TestApi, person: &Person, password: &str) -> Answer {
    api.post("/auth/login", json!({ "email": person.email, "password": password })).send()
}

fn forgotten(api: &TestApi, identifier: &str) -> Answer {
    api.post("/auth/password/forgotten", json!({ "identifier": identifier })).send()
}

fn reset(api: &TestApi, token: &str, password: &str) -> Answer {
    api.post("/auth/password/reset", json!({ "token": token, "password": password })).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_present_password_and_ends_the_other_sessions() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let other = api.sign_in(&ana.email);
    assert_eq!(change(&api, &ana, "not the password", NEW).expect(403).text("/code"), "wrong_password");
    change(&api, &ana, PASSWORD, NEW).expect(204);
    api.get("/auth/profile").by(&ana).send().expect(200);
    api.get("/auth/profile").bearer(&other.text("/access_token")).send().expect(401);
    sign_in(&api, &ana, PASSWORD).expect(401);
    sign_in(&api, &ana, NEW).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_the_trust_in_devices() {
    let api = TestApi::start().await;
    let ana = api.person();
    let count = async || -> i64 {
        let mut superuser = support::database::superuser(&api.database_url).await;
        let asking = sqlx::query_scalar("select count(*) from trusted_devices");
        asking.fetch_one(&mut superuser).await.expect("devices")
    };
    assert_eq!(count().await, 1);
    change(&api, &ana, PASSWORD, NEW).expect(204);
    assert_eq!(count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sessions_go_on_when_asked_for() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let other = api.sign_in(&ana.email);
    let body = json!({ "current_password": PASSWORD, "new_password": NEW, "keep_other_sessions": true });
    api.call("PUT", "/auth/password").json(body).by(&ana).send().expect(204);
    api.get("/auth/profile").bearer(&other.text("/access_token")).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_held_to_the_same_rules() {
    let api = TestApi::shared().await;
    let ana = api.person();
    for (password, code) in [
        ("short", "password_too_short"),
        ("password123", "password_common"),
        (ana.username.as_str(), "password_guessable"),
    ] {
        let refused = change(&api, &ana, PASSWORD, password).expect(422);
        assert_eq!(
            (refused.text("/errors/0/code").as_str(), refused.text("/errors/0/pointer").as_str()),
            (code, "/new_password")
        );
    }
    sign_in(&api, &ana, PASSWORD).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_takes_the_mail_counts_once_and_signs_everybody_out_and_nobody_in() {
    let api = TestApi::shared().await;
    let ana = api.person();
    forgotten(&api, &ana.email).expect(202);
    let token = mailbox::token(&api, &ana.email, RESET, 1);
    let answer = reset(&api, &token, NEW).expect(204);
    assert_eq!(answer.body, "");
    api.get("/auth/profile").by(&ana).send().expect(401);
    sign_in(&api, &ana, PASSWORD).expect(401);
    sign_in(&api, &ana, NEW).expect(200);
    assert_eq!(reset(&api, &token, PASSWORD).expect(409).text("/code"), "link_spent");
    sign_in(&api, &ana, NEW).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_mail_counts_and_none_after_a_change() {
    let api = TestApi::shared().await;
    let ana = api.person();
    forgotten(&api, &ana.username).expect(202);
    let first = mailbox::token(&api, &ana.email, RESET, 1);
    forgotten(&api, &ana.email).expect(202);
    let second = mailbox::token(&api, &ana.email, RESET, 2);
    reset(&api, &first, NEW).expect(409);
    change(&api, &ana, PASSWORD, NEW).expect(204);
    reset(&api, &second, PASSWORD).expect(409);
    sign_in(&api, &ana, NEW).expect(200);
}

/// B3: there is no way to the new password but the token of the mail.
#[tokio::test(flavor = "multi_thread")]
async fn b3_nothing_but_the_mail_resets_a_password() {
    let api = TestApi::shared().await;
    let (ana, ben) = (api.person(), api.person());
    forgotten(&api, &ana.email).expect(202);
    let token = mailbox::token(&api, &ana.email, RESET, 1);
    let of_ben = token.replace(&ana.user, &ben.user);
    for forged in ["", "alk", &of_ben, &token.replace("alk", "art"), &token[..token.len() - 1]] {
        assert_eq!(reset(&api, forged, NEW).expect(409).text("/code"), "link_spent", "{forged}");
    }
    // A step out of order: the password without any token.
    api.post("/auth/password/reset", json!({ "password": NEW })).send().expect(422);
    sign_in(&api, &ana, PASSWORD).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_an_hour_and_is_good_for_its_purpose_only() {
    let api = TestApi::start_with(&[mailbox::KEPT]).await;
    let ana = api.person();
    let links = MailedLinks::of(&Keys::open(api.keys.path(), &[1], |_| false).expect("keys"));
    let stream = StreamId::new(ana.user.as_str()).expect("an id");
    let old: ProofId = new_proof(Timestamp::now() - 61.minutes()).expect("an id");
    let log = support::log::TestLog::open_with(&api.database_url, api.keys.path()).await;
    let platform = TenantId::new(PLATFORM_TENANT).expect("an id");
    let ask = UserCommand::RequestPasswordReset { proof: old.clone() };
    let plan = Plan::new().decide::<User>(&platform, stream.clone(), ask);
    let request = Request::new(platform.clone(), &ana.user);
    log.executor().execute(&request, plan).await.expect("an hour ago it was asked for");
    let link = MailedLink { tenant: None, stream, proof: old };
    reset(&api, &links.issue(Purpose::ResetPassword, &link), NEW).expect(409);
    forgotten(&api, &ana.email).expect(202);
    let token = mailbox::token(&api, &ana.email, RESET, 2);
    for path in ["/auth/email/verify", "/auth/email/confirm", "/auth/email/revert"] {
        api.post(path, json!({ "token": token })).send().expect(409);
    }
    reset(&api, &token, NEW).expect(204);
}

/// B8: neither the answer nor anything in it says whether there is anybody.
#[tokio::test(flavor = "multi_thread")]
async fn b8_whoever_asks_for_a_reset_learns_nothing() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let ask = |identifier: &str| forgotten(&api, identifier).expect(202).body;
    let expected = ask(&ana.email);
    for identifier in ["nobody@example.org", "nobody", "@", "", &ana.username] {
        assert_eq!(ask(identifier), expected, "{identifier}");
    }
}
