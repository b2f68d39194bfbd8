//! A person whose address and name are found nowhere once they are erased, while everybody else goes on.

use serde_json::{Value, json};
use support::api::{PASSWORD, Person, TestApi};
use support::workers::SOON;
use support::{broker, mailbox, wait};

use super::{command_on, erase, finding, ledger, place, told};

const NAME: &str = "Marigold Quillfeather";

fn sign_in(api: &TestApi, person: &Person) -> u16 {
    let body = json!({ "identifier": person.email, "password": PASSWORD });
    api.post("/auth/login", body).send().status
}

/// Somebody with a name and mails.
fn canary(api: &TestApi) -> Person {
    let person = api.person();
    let profile = json!({ "username": person.username, "name": NAME });
    api.call("PUT", "/auth/profile").json(profile).by(&person).send().expect(200);
    person
}

fn are_mails_kept(api: &TestApi, person: &Person) -> bool {
    let about = |subject: &str| !mailbox::about(api, &person.email, subject).is_empty();
    about("Welcome") && about("invitation")
}

/// Erased on one process, while another has them in memory.
#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_canary_is_left_in_log_broker_snapshots_and_read_models() {
    let nats = broker::start();
    let url = nats.url();
    let nats_url = ("NATS_URL", url.as_str());
    let api = TestApi::start_with(&[nats_url, mailbox::KEPT]).await;
    let other = api.person();
    let person = canary(&api);
    // Given again, it is answered with what the node has in memory.
    let invitation = json!({ "email": person.email, "role": "viewer" });
    let invite = || api.post("/v1/invitations", invitation.clone()).by(&other).key("k1").send().expect(201);
    let invited = invite();
    assert_eq!(
        (invited.text("/email"), invite().text("/email")),
        (person.email.clone(), person.email.clone())
    );
    wait::until("their mails are kept", SOON, || are_mails_kept(&api, &person));

    // The search finds what is there: the mails that are kept for developers.
    let prove = ["erase", "--prove", "--subject", &person.user, "--output", "json"];
    let before = told(&command_on(&api.database_url, &api, &prove).envs([nats_url]).output().unwrap(), 1);
    assert!(place(&before, "dev_mailbox").1 >= 2, "{before}");
    assert_eq!(place(&before, "keys"), (2, 2));

    let output = erase(&api, &person).envs([nats_url]).output().unwrap();
    let after = told(&output, 0);
    assert_nothing_is_left(&after);
    assert_eq!(ledger(&api), [person.user.clone(), invited.text("/id")]);

    // Nobody gets in with what they had, and nobody is shown what they were called.
    assert_eq!(sign_in(&api, &person), 401);
    wait::until("their token is good for nothing", SOON, || {
        api.get("/auth/profile").by(&person).send().status == 401
    });
    wait::until("the node forgets what it opened", SOON, || invite().at("/email").is_null());

    // Replay over whom was erased works, and all the rest goes on.
    assert_eq!(finding(&api.database_url, &api, "doctor", "erasures")["state"], "ok");
    told(&command_on(&api.database_url, &api, &["check"]).output().unwrap(), 0);
    let rebuild = ["projections", "rebuild", "users", "--verify", "--reason", "after an erasure"];
    told(&command_on(&api.database_url, &api, &rebuild).output().unwrap(), 0);
    let state = ["log", "state", "user", &person.user, "--tenant", "platform", "--output", "json"];
    let state = told(&command_on(&api.database_url, &api, &state).output().unwrap(), 0);
    assert!(!state.to_string().contains("hidden"), "{state}");
    assert_eq!(sign_in(&api, &other), 200);

    // The address is free, for somebody else.
    let again = json!({ "email": person.email, "username": person.username, "password": PASSWORD });
    let again = api.post("/auth/register", again).send().expect(201);
    assert_ne!(again.text("/id"), person.user);
    // Once more it changes nothing, and whom nobody knows is said so.
    let repeated = told(&erase(&api, &person).envs([nats_url]).output().unwrap(), 0);
    assert_eq!(repeated["erased"][0]["keys"], 0);
    assert_eq!(ledger(&api).len(), 2);
    let nobody = ["erase", "--subject", "usr_nobody", "--reason", "why", "--yes"];
    told(&command_on(&api.database_url, &api, &nobody).output().unwrap(), 3);
}

fn assert_nothing_is_left(after: &Value) {
    for place in after["places"].as_array().unwrap() {
        assert_eq!(place["found"], 0, "{place}");
    }
    for name in
        ["events", "broker EV_", "users_v2.users", "event_index_v1.event_index", "dev_mailbox", "sessions"]
    {
        assert!(name == "dev_mailbox" || place(after, name).0 > 0, "{name} was looked at");
    }
    let erased = &after["erased"][0];
    assert_eq!((&erased["keys"], &erased["passwords"]), (&json!(2), &json!(1)), "{erased}");
    assert!(erased["sessions"].as_i64() >= Some(1), "{erased}");
    assert_eq!(erased["still_owner_of"].as_array().map(Vec::len), Some(1), "{erased}");
}
