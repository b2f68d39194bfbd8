//! Many events at once, written past the executor: what a log looks like after years.

use sqlx::Executor;

use crate::database;

/// So many events after the head, each the first of a workspace of its own, in batches of 64. Their digests are none.
pub async fn workspaces(url: &str, events: i64) {
    let mut admin = database::superuser(url).await;
    let head: i64 = sqlx::query_scalar("select coalesce(max(last_position), 0) from log_batches")
        .fetch_one(&mut admin)
        .await
        .expect("the head");
    admin.execute("set synchronous_commit = off").await.expect("a setting");
    for sql in [
        "insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id,
                            event_type, meta, payload, digest)
         select n, n, 1, now(), 1, 'tenant_' || n % 50, md5(n::text), 'workspace', md5(n::text), 'workspace.created',
                json_build_object('event_id', gen_random_uuid(), 'command_id', gen_random_uuid(), 'actor', 'usr_ana'),
                json_build_object('name', 'Invoices', 'description', ''), sha256(int8send(n))
         from generate_series($1::bigint, $2::bigint) n",
        "insert into streams(tenant, type, id, stream_no)
         select 'tenant_' || n % 50, 'workspace', md5(n::text), n from generate_series($1::bigint, $2::bigint) n",
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select least(n + 63, $2), n, now(), gen_random_uuid(), (select incarnation from log_batches limit 1),
                sha256(int8send(n)), sha256(int8send(n))
         from generate_series($1::bigint, $2::bigint, 64) n",
    ] {
        sqlx::query(sql).bind(head + 1).bind(head + events).execute(&mut admin).await.expect("events");
    }
}
