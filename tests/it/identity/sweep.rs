//! Credentials that no event came to name go after a day; those that one names stay, marked or not.

use std::time::Duration;

use sqlx::{Executor, PgConnection};
use support::api::TestApi;
use support::{database, wait};

const SWEPT_WITHIN: Duration = Duration::from_secs(10);

async fn marks(database: &mut PgConnection) -> Vec<(String, bool)> {
    sqlx::query_as("select id, named_at is not null from credentials order by id")
        .fetch_all(database)
        .await
        .expect("the credentials can be read")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_nothing_names_goes_after_a_day() {
    let api = TestApi::start().await;
    let ana = api.person();
    let mut database = database::superuser(&api.database_url).await;
    // As a process leaves it that ends between the event and the mark, and one that ends before the event.
    database
        .execute(
            "update credentials set named_at = null, created_at = now() - interval '25 hours';
             insert into credentials(id, user_id, password_hash, created_at) values
               ('crd_lost', 'usr_lost', '', now() - interval '25 hours'),
               ('crd_new', 'usr_new', '', now() - interval '23 hours')",
        )
        .await
        .expect("the credentials are changed");

    let _sweeps_at_its_start = api.another("api");
    wait::until_true("what nothing names is gone, and Ana's is marked", SWEPT_WITHIN, async || {
        let left = marks(&mut database).await;
        left.iter().all(|(id, _)| id != "crd_lost") && left.iter().any(|(_, named)| *named)
    })
    .await;
    let unmarked = marks(&mut database).await.into_iter().filter(|(_, named)| !named);
    assert_eq!(unmarked.map(|(id, _)| id).collect::<Vec<_>>(), ["crd_new"], "it may still be named");
    api.sign_in(&ana.email);
}
