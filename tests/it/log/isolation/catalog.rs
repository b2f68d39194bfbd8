//! Nothing in the database's catalog opens a way around row-level security.
//!
//! Each check is shown a thing that it must name: a check that names nothing may just as well be blind.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use support::database;

/// Tables with a tenant column, of any kind and partitions included, that do not force row-level security.
/// A materialized view cannot have it, so one with such a column is always named.
const UNGUARDED_TABLES: &str = "
    select c.oid::regclass::text from pg_class c
    where c.relkind in ('r', 'p', 'm', 'f')
      and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped)
      and not (c.relrowsecurity and c.relforcerowsecurity)";

/// Views that read with the rights of their owner.
const VIEWS_OF_THEIR_OWNER: &str = "
    select c.oid::regclass::text from pg_class c
    where c.relkind = 'v'
      and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and not coalesce((select option_value::boolean from pg_options_to_table(c.reloptions)
                        where option_name = 'security_invoker'), false)";

/// Functions that run with the rights of their owner and find their tables where their caller says.
const FUNCTIONS_LED_ASTRAY: &str = "
    select p.oid::regprocedure::text from pg_proc p
    where p.prosecdef
      and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and not exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%')";

/// Nothing is named, and what `offence` makes is named as `name`. The offence is rolled back.
async fn names_only(check: &'static str, offence: &'static str, name: &str) {
    let mut admin = database::superuser(&database::fresh().await).await;
    assert_eq!(named(&mut admin, check).await, Vec::<String>::new());

    let mut transaction = admin.begin().await.unwrap();
    transaction.execute(offence).await.unwrap();
    assert_eq!(named(&mut transaction, check).await, [name]);
    transaction.rollback().await.unwrap();
}

async fn named(connection: &mut PgConnection, check: &'static str) -> Vec<String> {
    sqlx::query_scalar(check).fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn every_table_of_tenants_forces_row_security() {
    names_only(UNGUARDED_TABLES, "create table notes (tenant text)", "notes").await;
}

#[tokio::test]
async fn row_security_that_spares_the_owner_is_not_enough() {
    let offence = "create table notes (tenant text); alter table notes enable row level security";
    names_only(UNGUARDED_TABLES, offence, "notes").await;
}

#[tokio::test]
async fn every_partition_forces_row_security_too() {
    let offence = "create table events_p9 partition of events for values from (90000000) to (100000000)";
    names_only(UNGUARDED_TABLES, offence, "events_p9").await;
}

#[tokio::test]
async fn no_view_reads_with_the_rights_of_its_owner() {
    names_only(VIEWS_OF_THEIR_OWNER, "create view latest as select * from events", "latest").await;
    names_only(
        VIEWS_OF_THEIR_OWNER,
        "create view latest with (security_invoker = off) as select * from events",
        "latest",
    )
    .await;
}

#[tokio::test]
async fn no_function_with_its_owners_rights_follows_its_callers_search_path() {
    let offence = "create function peek() returns bigint language sql security definer
                   as 'select count(*) from events'";
    names_only(FUNCTIONS_LED_ASTRAY, offence, "peek()").await;
}

#[tokio::test]
async fn what_is_made_the_right_way_is_not_named() {
    let mut admin = database::superuser(&database::fresh().await).await;
    let right = "create table notes (tenant text);
                 alter table notes enable row level security;
                 alter table notes force row level security;
                 create view latest with (security_invoker = true) as select * from events;
                 create function peek() returns bigint language sql security definer
                   set search_path = pg_catalog, public as 'select count(*) from events'";
    admin.execute(AssertSqlSafe(right)).await.unwrap();
    for check in [UNGUARDED_TABLES, VIEWS_OF_THEIR_OWNER, FUNCTIONS_LED_ASTRAY] {
        assert_eq!(named(&mut admin, check).await, Vec::<String>::new());
    }
}
