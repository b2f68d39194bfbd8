//! An imported log goes on where it ended, and repeats nothing that was done where it comes from.

use eventstore::Log;
use eventstore::execute::CommandError;
use support::log::{command, create, keyed, options, rename, request, to_workspace, verify};
use support::transfer::{Empty, Place, export_to};

use super::used_log;

#[tokio::test]
async fn a_retry_is_answered_by_its_id_alone_and_names_stay_taken() {
    let (log, first) = used_log().await;
    let (place, empty) = (Place::default(), Empty::new().await);
    let exported = export_to(&place, &log.url, log.keys_dir()).await;
    empty.import_from(&place).await.unwrap();
    let copy = Log::open(options(&empty.url, empty.keys.path())).await.unwrap();
    let executor = copy.executor();

    // Another content under the same key: here nobody can tell, and nothing is done twice.
    for content in ["rename", "another"] {
        let again = keyed(&executor, "key-1", content);
        let retry = command(&executor, &again, "invoices", rename("Bills")).await.unwrap();
        assert_eq!(
            (retry.replayed, retry.position, &retry.event_ids, &retry.streams),
            (true, first.position, &first.event_ids, &first.streams)
        );
    }
    let taken = to_workspace("other", create("Other")).take("name", "acme", "usr_bob");
    let error = executor.execute(&request(), taken).await.unwrap_err();
    assert!(matches!(error, CommandError::Taken), "{error:?}");
    let over = to_workspace("other", create("Other")).count(&support::log::tenant("acme"), "files", 3);
    let error = executor.execute(&request(), over).await.unwrap_err();
    assert!(matches!(error, CommandError::OverQuota), "{error:?}");

    let next = command(&executor, &request(), "invoices", rename("Payments")).await.unwrap();
    assert_eq!((next.position, next.version()), (exported.last_position + 1, 3));
    assert_eq!(next.incarnation, exported.incarnation);
    copy.close().await;
    assert_eq!(verify(&empty.url).await, exported.last_position + 1);
}
