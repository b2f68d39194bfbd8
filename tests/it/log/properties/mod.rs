//! Many writers on two nodes, random units: whatever they do to each other, the log keeps its promises.
//!
//! Each case runs on a database of its own. Afterwards the log alone, and the receipts the writers got, must
//! agree on one history in which every guard was met at the moment its unit was written.

mod check;
mod history;
mod run;
mod step;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Cases share their work among writers, so a few of them already meet in thousands of ways.
const CASES: u32 = 5;
const WRITERS: usize = 10;
const STEPS: usize = 24;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: CASES,
        // What fails once may pass with the next interleaving, so shrinking for long finds little.
        max_shrink_iters: 20,
        // The seed is printed; a file of seeds would promise an interleaving that no seed decides.
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn many_writers_leave_one_history(writers in step::writers(WRITERS, STEPS)) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime starts");
        runtime.block_on(async {
            let ran = run::run(writers).await;
            check::all(&ran).await;
            ran.close().await;
        });
    }
}
