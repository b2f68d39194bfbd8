//! Invitations: sent by who may give the role, good once, for seven days, and for the invited address alone.

use domain::identity::invitation::InvitationCommand;
use domain::identity::proof::Purpose;
use domain::identity::{Invitation, Role, UserId};
use eventstore::event::StreamId;
use eventstore::execute::Plan;
use eventstore::keys::Keys;
use eventstore::mailed_links::{MailedLink, MailedLinks, new_proof};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};
use support::mailbox;
use support::team::Team;

const SUBJECT: &str = "An invitation";
/// More than one tenant may have open, without the limits of mails in the way.
const MANY_MAILS: [(&str, &str); 2] =
    [("AIRTIDE__LIMITS__MAILS_PER_HOUR", "0"), ("AIRTIDE__LIMITS__MAILS_PER_ADDRESS_PER_HOUR", "0")];

async fn team() -> Team {
    Team::gather().await
}

fn invite(api: &TestApi, by: &Person, email: &str, role: &str) -> Answer {
    api.post("/v1/invitations", json!({ "email": email, "role": role })).by(by).send()
}

fn accept(api: &TestApi, by: &Person, token: &str) -> Answer {
    api.post("/auth/invitations/accept", json!({ "token": token })).by(by).send()
}

fn code(answer: Answer, status: u16) -> String {
    answer.expect(status).text("/code")
}

fn open(team: &Team) -> Vec<Value> {
    let listed = team.api.get("/v1/invitations").by(&team.owner).send().expect(200);
    listed.at("/data").as_array().expect("a list").clone()
}

fn path(invited: &Answer) -> String {
    invited.header("location").expect("a place").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_becomes_what_was_said_once() {
    let team = team().await;
    let (api, workspace) = (&team.api, team.workspace("Orders"));
    let bob = api.person();
    let body = json!({ "email": format!(" {} ", bob.email.to_uppercase()), "role": "editor", "workspaces": [workspace] });
    let invited = api.post("/v1/invitations", body).by(&team.owner).send().expect(201);
    assert!(!invited.body.contains("prf_") && !invited.body.contains("alk."), "{}", invited.body);
    assert_eq!(open(&team).len(), 1);
    let token = mailbox::token(api, &bob.email, SUBJECT, 1);
    let joined = accept(api, &bob, &token).expect(200);
    assert_eq!((joined.text("/tenant"), joined.text("/role")), (team.owner.tenant.clone(), "editor".into()));
    assert!(open(&team).is_empty());
    assert_eq!(code(accept(api, &bob, &token), 409), "link_spent");
    let there = api.post("/auth/tenant", json!({ "tenant": team.owner.tenant })).by(&bob).send().expect(200);
    let there = there.text("/access_token");
    let shown = api.get(&format!("/v1/members/{}", bob.user)).bearer(&there).send().expect(200);
    assert_eq!((shown.text("/role"), shown.at("/workspaces")), ("editor".into(), json!([workspace])));
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_owner_is_an_owner_of_the_tenant() {
    let team = team().await;
    let bob = team.api.person();
    invite(&team.api, &team.owner, &bob.email, "owner").expect(201);
    accept(&team.api, &bob, &mailbox::token(&team.api, &bob.email, SUBJECT, 1)).expect(200);
    let shown = team.api.get("/v1/tenant").by(&team.owner).send().expect(200);
    assert_eq!(shown.at("/owners"), json!([team.owner.user, bob.user]));
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_does_not_tell_who_has_an_account() {
    let team = team().await;
    let known = team.api.person();
    let shape = |email: &str| {
        let invited = invite(&team.api, &team.owner, email, "viewer").expect(201);
        let fields: Vec<String> = invited.json().as_object().expect("an object").keys().cloned().collect();
        fields
    };
    assert_eq!(shape(&known.email), shape("nobody@example.org"));
    // Who had none makes one afterwards, and is invited all the same.
    let token = mailbox::token(&team.api, "nobody@example.org", SUBJECT, 1);
    let body = json!({ "email": "nobody@example.org", "password": support::api::PASSWORD });
    team.api.post("/auth/register", body).send().expect(201);
    let signed_in = team.api.sign_in("nobody@example.org").text("/access_token");
    let accepted =
        team.api.post("/auth/invitations/accept", json!({ "token": token })).bearer(&signed_in).send();
    accepted.expect(200);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_passed_on_is_good_for_nobody_else() {
    let team = team().await;
    let (api, bob, eve) = (&team.api, team.api.person(), team.api.person());
    invite(api, &team.owner, &bob.email, "admin").expect(201);
    let token = mailbox::token(api, &bob.email, SUBJECT, 1);
    assert_eq!(code(accept(api, &eve, &token), 403), "other_address");
    api.post("/auth/invitations/accept", json!({ "token": token })).send().expect(401);
    for forged in ["", "alk", &token[..token.len() - 1], &token.replace(&team.owner.tenant, &eve.tenant)] {
        assert_eq!(code(accept(api, &bob, forged), 409), "link_spent", "{forged}");
    }
    // It is good for its purpose only.
    api.post("/auth/email/verify", json!({ "token": token })).send().expect(409);
    accept(api, &bob, &token).expect(200);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_above_themselves_and_below_admin_nobody_does() {
    let team = team().await;
    let api = &team.api;
    let (admin, editor) = (team.member(Role::Admin, &[]).await, team.member(Role::Editor, &[]).await);
    assert_eq!(code(invite(api, &admin, "bob@example.org", "owner"), 403), "role_above_yours");
    assert_eq!(code(invite(api, &editor, "bob@example.org", "viewer"), 403), "forbidden");
    api.get("/v1/invitations").by(&editor).send().expect(403);
    let above = invite(api, &team.owner, "bob@example.org", "owner").expect(201);
    let revoke = api.call("DELETE", &path(&above)).by(&admin).send();
    assert_eq!(code(revoke, 403), "role_above_yours");
    let again = api.call("POST", &format!("{}/mails", path(&above))).by(&admin).send();
    assert_eq!(code(again, 403), "role_above_yours");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_as_good_as_the_right_of_who_invited() {
    let team = team().await;
    let api = &team.api;
    let (first, second) = (team.member(Role::Admin, &[]).await, team.member(Role::Admin, &[]).await);
    let (bob, cleo) = (api.person(), api.person());
    let invited = invite(api, &first, &bob.email, "admin").expect(201);
    invite(api, &second, &cleo.email, "viewer").expect(201);
    team.remove(&first).await;
    team.change_role(&second, Role::Editor).await;
    for person in [&bob, &cleo] {
        let token = mailbox::token(api, &person.email, SUBJECT, 1);
        assert_eq!(code(accept(api, person, &token), 409), "invitation_void");
    }
    // Sent again by who may, it is theirs.
    api.call("POST", &format!("{}/mails", path(&invited))).by(&team.owner).send().expect(202);
    let again = mailbox::token(api, &bob.email, SUBJECT, 2);
    accept(api, &bob, &again).expect(200);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_or_replaced_mail_counts_no_more() {
    let [all, to_one] = MANY_MAILS;
    let team = Team::gather_with(&[mailbox::KEPT, all, to_one]).await;
    let (api, bob) = (&team.api, team.api.person());
    let invited = invite(api, &team.owner, &bob.email, "viewer").expect(201);
    assert_eq!(code(invite(api, &team.owner, &bob.email, "viewer"), 409), "invited_already");
    let first = mailbox::token(api, &bob.email, SUBJECT, 1);
    api.call("POST", &format!("{}/mails", path(&invited))).by(&team.owner).send().expect(202);
    assert_eq!(code(accept(api, &bob, &first), 409), "link_spent");
    let second = mailbox::token(api, &bob.email, SUBJECT, 2);
    for _ in 0..2 {
        api.call("DELETE", &path(&invited)).by(&team.owner).send().expect(204);
    }
    assert_eq!(code(accept(api, &bob, &second), 409), "link_spent");
    assert!(open(&team).is_empty());
    invite(api, &team.owner, &bob.email, "viewer").expect(201);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_ends_after_seven_days() {
    let team = team().await;
    let (api, bob) = (&team.api, team.api.person());
    let invited = invite(api, &team.owner, &bob.email, "viewer").expect(201);
    let old = new_proof(Timestamp::now() - (7 * 24 * 60 + 1).minutes()).expect("an id");
    let by = UserId::new(team.owner.user.as_str()).expect("an id");
    let stream = StreamId::new(invited.text("/id")).expect("an id");
    let again = InvitationCommand::SendAgain { by, proof: old.clone() };
    team.carry_out(Plan::new().decide::<Invitation>(&team.tenant, stream.clone(), again)).await;
    let links = MailedLinks::of(&Keys::open(api.keys.path(), &[1], |_| false).expect("keys"));
    let link = MailedLink { tenant: Some(team.tenant.clone()), stream, proof: old };
    let token = links.issue(Purpose::Invitation, &link);
    assert_eq!(code(accept(api, &bob, &token), 409), "link_spent");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_acceptances_at_once_make_one_member() {
    let team = team().await;
    let (api, bob) = (&team.api, team.api.person());
    invite(api, &team.owner, &bob.email, "viewer").expect(201);
    let token = mailbox::token(api, &bob.email, SUBJECT, 1);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(|| accept(api, &bob, &token).status)).collect();
        tries.into_iter().map(|each| each.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
    let history = api.get(&format!("/v1/streams/membership/{}", bob.user)).by(&team.owner).send().expect(200);
    assert_eq!(history.at("/data").as_array().expect("a list").len(), 1, "{}", history.body);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_not_invited_and_bodies_say_no_more_than_they_may() {
    let team = team().await;
    let api = &team.api;
    let bob = team.member(Role::Viewer, &[]).await;
    assert_eq!(code(invite(api, &team.owner, &bob.email, "admin"), 409), "member_exists");
    let nobody = invite(api, &team.owner, "nobody", "viewer").expect(422);
    assert_eq!(nobody.text("/errors/0/code"), "bad_email");
    for field in ["by", "proof", "tenant", "slot", "id"] {
        let mut body = json!({ "email": "cleo@example.org", "role": "viewer" });
        body[field] = "x".into();
        let refused = api.post("/v1/invitations", body).by(&team.owner).send().expect(422);
        assert_eq!(refused.text("/errors/0/code"), "unknown_field", "{field}");
    }
    let elsewhere = json!({ "email": "cleo@example.org", "role": "viewer", "workspaces": ["wsp_nowhere"] });
    let refused = api.post("/v1/invitations", elsewhere).by(&team.owner).send().expect(422);
    assert_eq!(refused.text("/errors/0/code"), "unknown_workspace");
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_invitation_is_not_there() {
    let team = team().await;
    let (api, stranger) = (&team.api, team.api.person());
    let invited = invite(api, &team.owner, "bob@example.org", "viewer").expect(201);
    api.call("DELETE", &path(&invited)).by(&stranger).send().expect(404);
    api.call("POST", &format!("{}/mails", path(&invited))).by(&stranger).send().expect(404);
    assert_eq!(api.get("/v1/invitations").by(&stranger).send().expect(200).at("/data"), json!([]));
    assert_eq!(open(&team).len(), 1);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_at_most_fifty_open_invitations() {
    let team = Team::gather_with(&MANY_MAILS).await;
    let send = |number: usize| {
        let body = json!({ "email": format!("p{number}@example.org"), "role": "viewer" });
        team.api.post("/v1/invitations", body).by(&team.owner).key(&format!("k{number}")).send()
    };
    let first = send(0).expect(201);
    (1..50).for_each(|number| {
        send(number).expect(201);
    });
    assert_eq!(code(send(50), 409), "too_many_invitations");
    assert_eq!(send(49).expect(201).header("idempotency-replayed"), Some("true"));
    team.api.call("DELETE", &path(&first)).by(&team.owner).send().expect(204);
    send(51).expect(201);
    assert_eq!(open(&team).len(), 50);
    team.log.close().await;
}
