//! A new version of a read model is made beside the old one, with other columns, and then takes its place.

use std::sync::Arc;

use domain::identity::workspace::WorkspaceEvent;
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use projections::runtime::rebuild::{State, drop_unused, list};
use projections::runtime::{Key, Opened, ProjectFault, Projection, ReadModel, of};
use sqlx::PgConnection;
use support::database;
use support::log::{TestLog, write_versions};
use support::projections::start_these;

use super::{SOON, made_anew, schemas};

/// How often each workspace was named. The second version also knows the length of its last name.
struct Names<const VERSION: i32>;

const FIRST: &[&dyn Projection] = &[of::<Names<1>>()];
const SECOND: &[&dyn Projection] = &[of::<Names<2>>()];

impl<const V: i32> ReadModel for Names<V> {
    const NAME: &'static str = "names";
    const VERSION: i32 = V;
    const TABLES: &'static str = if V == 1 {
        "create table names (tenant text, id text, given bigint, primary key (tenant, id))"
    } else {
        "create table names (tenant text, id text, length int, given bigint, primary key (tenant, id))"
    };
    type Event = Opened<WorkspaceEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == "workspace").then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        for opened in events {
            let (WorkspaceEvent::Created { name, .. } | WorkspaceEvent::Renamed { name }) = &opened.event
            else {
                continue;
            };
            let sql = if V == 1 {
                "insert into names(tenant, id, given) values ($1, $2, 1)
                 on conflict (tenant, id) do update set given = names.given + 1 where $3 >= 0"
            } else {
                "insert into names(tenant, id, given, length) values ($1, $2, 1, $3)
                 on conflict (tenant, id) do update set given = names.given + 1, length = excluded.length"
            };
            sqlx::query(sql)
                .bind(opened.tenant().as_str())
                .bind(opened.recorded.stream.id.as_str())
                .bind(name.len() as i32)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

/// While a program of the old version runs, the new one is made, compared in what both have, and switched to; the old one
/// can be dropped when nobody writes it any more.
#[tokio::test]
async fn a_new_version_is_complete_before_anybody_reads_it() {
    let log = TestLog::open().await;
    eventstore::migrate::up(&log.url).await.unwrap();
    let old = start_these(&log.log, &log.url, FIRST).await;
    write_versions(&log.executor(), "invoices", 1..=5).await;
    old.progress().wait_for("names", 5, SOON).await.unwrap();

    let made = made_anew(&log, SECOND[0]).await.unwrap();
    assert!(made.holds() && made.switched, "{made:?}");
    let mut admin = database::superuser(&log.url).await;
    let row = "select given, length from read.names where id = 'invoices'";
    assert_eq!(sqlx::query_as::<_, (i64, i32)>(row).fetch_one(&mut admin).await.unwrap(), (5, 6));
    let states = |seen: Vec<projections::runtime::rebuild::Seen>| -> Vec<(i32, State)> {
        seen.iter().map(|each| (each.version, each.state)).collect()
    };
    let seen = list(&log.url, SECOND).await.unwrap();
    assert_eq!(states(seen), [(2, State::Live), (1, State::Retired)]);

    let refused = drop_unused(&log.url, SECOND[0]).await.unwrap_err();
    assert!(refused.to_string().contains("version 1 of names is being written"), "{refused}");
    old.stop().await;
    let new = start_these(&log.log, &log.url, SECOND).await;
    write_versions(&log.executor(), "orders", 1..=2).await;
    new.progress().wait_for("names", 7, SOON).await.unwrap();
    let dropped = drop_unused(&log.url, SECOND[0]).await.unwrap();
    assert_eq!(dropped.schemas, ["names_v1"]);
    assert_eq!(schemas(&mut admin, "names").await, ["names_v2"]);
    new.stop().await;
}
