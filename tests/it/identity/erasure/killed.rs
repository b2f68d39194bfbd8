//! An erasure that dies at any of its steps is carried out by giving it again, and nothing is done twice.

use eventstore::fail_points::VARIABLE;
use support::api::{Node, TestApi};
use support::database;

use super::{erase, finding, ledger, told};

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_killed_at_any_step_is_carried_out_by_giving_it_again() {
    let api = TestApi::start().await;
    for (point, is_named, is_alive) in [
        ("after_erased_rows", false, true),
        ("after_erased_event", false, true),
        ("after_erasure_line", true, true),
        ("after_shredding", true, false),
    ] {
        let person = api.person();
        let killed = erase(&api, &person).env(VARIABLE, format!("{point}:1")).output().unwrap();
        assert_eq!(killed.status.code(), None, "{point}: {}", String::from_utf8_lossy(&killed.stderr));
        assert_eq!(ledger(&api).contains(&person.user), is_named, "{point}");
        assert_eq!(key_is_alive(&api, &person.user).await, is_alive, "{point}");
        if is_named && is_alive {
            assert_nobody_serves_meanwhile(&api);
        }
        told(&erase(&api, &person).output().unwrap(), 0);
        assert_eq!(ledger(&api).iter().filter(|named| **named == person.user).count(), 1, "{point}");
        assert!(!key_is_alive(&api, &person.user).await, "{point}");
        assert_eq!(endings(&api, &person.user).await, 1, "{point}");
    }
}

/// The ledger names somebody whose key is there, as after the restore of a backup.
fn assert_nobody_serves_meanwhile(api: &TestApi) {
    assert_eq!(finding(&api.database_url, api, "doctor", "erasures")["state"], "fail");
    assert_ne!(
        finding(&api.database_url, api, "check", "whoever was erased has no key")["violations"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let refused =
        Node::try_serve(&api.database_url, api.keys.path(), "all", &[]).err().expect("it is refused");
    assert_eq!(refused.status.and_then(|status| status.code()), Some(4), "{}", refused.talk);
    assert!(refused.talk.contains("airtide erase --reapply"), "{}", refused.talk);
}

pub(super) async fn key_is_alive(api: &TestApi, user: &str) -> bool {
    sqlx::query_scalar("select wrapped is not null from subject_keys where subject = $1")
        .bind(user)
        .fetch_one(&mut database::superuser(&api.database_url).await)
        .await
        .unwrap()
}

async fn endings(api: &TestApi, user: &str) -> i64 {
    sqlx::query_scalar("select count(*) from events where event_type = 'user.erased' and id = $1")
        .bind(user)
        .fetch_one(&mut database::superuser(&api.database_url).await)
        .await
        .unwrap()
}
