//! Somebody else keeps a snapshot open through the whole load, as a dump does: it sees what it saw, and the log
//! goes on under it.

use sqlx::{Connection, Executor, PgConnection};
use support::cluster::Cluster;
use support::database;

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_snapshot_neither_sees_nor_stops_what_is_written_under_it() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let round = Round::begin("foreign snapshot", &cluster, seed).await;
        let mut foreigner = database::superuser(&round.url).await;
        foreigner.execute("begin isolation level repeatable read").await.expect("a snapshot");
        let seen = head(&mut foreigner).await;
        let nodes = [round.node().await, round.node().await];
        round.load(&nodes.each_ref(), COMMANDS_EACH).ended().await;
        for node in nodes {
            node.close().await;
        }
        assert_eq!(head(&mut foreigner).await, seen);
        foreigner.close().await.expect("the foreigner leaves");
        round.conclude().await;
    }
}

async fn head(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select max(position) from events")
        .fetch_one(connection)
        .await
        .expect("the log is read")
}
