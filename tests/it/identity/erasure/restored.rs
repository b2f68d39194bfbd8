//! A backup from before an erasure does not bring anybody back: nobody serves it until they are erased again.

use serde_json::json;
use support::api::{Node, PASSWORD, TestApi, call};
use support::dump;

use super::{REASON, command_on, erase, finding, ledger, told};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_backup_brings_back_is_erased_again_before_anybody_serves_it() {
    let api = TestApi::start().await;
    let (person, other) = (api.person(), api.person());
    let Some(copy) = dump::restored(&api.database_url, "before_the_erasure").await else {
        return;
    };
    told(&erase(&api, &person).output().unwrap(), 0);

    let refused = Node::try_serve(&copy, api.keys.path(), "all", &[]).err().expect("it is refused");
    assert_eq!(refused.status.and_then(|status| status.code()), Some(4), "{}", refused.talk);
    assert_eq!(finding(&copy, &api, "doctor", "erasures")["state"], "fail");

    told(
        &command_on(&copy, &api, &["log", "new-incarnation", "--reason", "restored a backup"])
            .output()
            .unwrap(),
        0,
    );
    let reapply = ["erase", "--reapply", "--reason", REASON, "--yes", "--output", "json"];
    let again = told(&command_on(&copy, &api, &reapply).output().unwrap(), 0);
    assert_eq!(
        (&again["erased"][0]["subject"], &again["erased"][0]["keys"]),
        (&json!(person.user), &json!(1))
    );
    assert_eq!(ledger(&api), [person.user.as_str()]);

    let node = Node::serve(&copy, api.keys.path(), "all", &[]);
    let sign_in = |identifier: &str| {
        let body = json!({ "identifier": identifier, "password": PASSWORD });
        call(&node.url, "POST", "/auth/login").json(body).send().status
    };
    assert_eq!((sign_in(&person.email), sign_in(&person.username), sign_in(&other.email)), (401, 401, 200));
    assert_eq!(finding(&copy, &api, "doctor", "erasures")["state"], "ok");
    told(&command_on(&copy, &api, &["check"]).output().unwrap(), 0);
}
