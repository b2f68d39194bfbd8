//! A log that is exported and imported is the same log; what is not whole is not taken.

mod docs;
mod going_on;
mod killed;
mod looked_at;
mod refused;
mod secrets;
mod tenant;
mod whole;

use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, UserId, Workspace};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Plan, Receipt};
use support::database;
use support::log::{
    TestLog, command, create, keyed, rename, request, stream_id, tenant, write_two, write_versions,
};

/// Several batches: streams of many versions, a name that is taken, a contact under seal, a counter, and a command
/// under a key. The receipt is that command's.
async fn used_log() -> (TestLog, Receipt) {
    let log = TestLog::open().await;
    let executor = log.executor();
    write_versions(&executor, "first", 1..=5).await;
    let acme = tenant("acme");
    let owner = UserId::new("usr_ana").unwrap();
    let register = Plan::new()
        .create::<Tenant>(&acme, stream_id("acme"), TenantCommand::Create { name: "Acme".into(), owner })
        .create::<Workspace>(&acme, stream_id("invoices"), create("Invoices"))
        .take("name", "acme", "usr_ana");
    executor.execute(&request(), register).await.unwrap();
    let contact = Personal::new(SubjectId::new("ana").unwrap(), "ana@example.org".into());
    let change =
        Plan::new().decide::<Tenant>(&acme, stream_id("acme"), TenantCommand::ChangeContact { contact });
    executor.execute(&request(), change).await.unwrap();
    sqlx::query("insert into counters(tenant, name, used, allowed) values ('acme', 'files', 3, 5)")
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    let asked = keyed(&executor, "key-1", "rename");
    let receipt = command(&executor, &asked, "invoices", rename("Orders")).await.unwrap();
    write_two(&executor).await;
    (log, receipt)
}
