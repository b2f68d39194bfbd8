//! An import that is killed in the middle has not been, and is begun again.

use std::fs;
use std::time::Duration;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use support::log::{TestLog, verify};
use support::transfer::{Empty, Place, command_on, export_to};
use support::{database, wait};

const SOON: Duration = Duration::from_secs(30);

/// Whether somebody has the table of events for itself, in this database.
const HELD: &str = "
    select exists (select from pg_locks where relation = 'events'::regclass and mode = 'AccessExclusiveLock' and granted
                      and database = (select oid from pg_database where datname = current_database()))";

/// The second segment comes through a pipe that nobody writes to, so the import waits in the middle for as long as it lives.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_leaves_an_empty_log_that_takes_the_next() {
    let (log, place, empty) = (TestLog::of_three_batches().await, Place::default(), Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    let segment = place.folder().join(&place.segments()[1]);
    let kept = fs::read(&segment).unwrap();
    fs::remove_file(&segment).unwrap();
    mkfifo(&segment, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();

    let (folder, secrets, passphrase) = (place.folder(), place.secrets_file(), place.passphrase_file());
    let mut import = command_on(&empty.url, empty.keys.path(), &["log", "import", "--reason", "a test"]);
    import.arg(folder).arg("--secrets").arg(secrets).arg("--passphrase-file").arg(passphrase);
    let mut import = import.spawn().unwrap();
    let mut admin = database::superuser(&empty.url).await;
    wait::until_true("it is under way", SOON, async || {
        sqlx::query_scalar(HELD).fetch_one(&mut admin).await.unwrap()
    })
    .await;
    import.kill().unwrap();
    import.wait().unwrap();

    empty.expect_untouched().await;
    assert_eq!(fs::read_dir(empty.keys.path()).unwrap().count(), 0, "no key was put there");
    fs::remove_file(&segment).unwrap();
    fs::write(&segment, kept).unwrap();
    empty.import_from(&place).await.unwrap();
    assert_eq!(verify(&empty.url).await, 4);
}
