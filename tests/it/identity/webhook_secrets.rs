//! Secrets of webhooks lie sealed, open at their place only, and go when nothing needs them.

use std::time::Duration;

use domain::id::Id;
use domain::identity::webhook::{Endpoint, PreviousSecret};
use domain::identity::{TenantId, WebhookId, WebhookSecretId};
use eventstore::database::{Role, connect};
use eventstore::webhook_secrets::{Owner, SecretFault, WebhookSecrets};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Executor};
use support::database;
use support::log::TestLog;
use workers::identity::deliver_webhooks::secrets::signing;

fn id<Kind>(text: &str) -> Id<Kind> {
    Id::new(text).expect("an id")
}

struct House {
    log: TestLog,
    secrets: WebhookSecrets,
    tenant: TenantId,
    webhook: WebhookId,
}

impl House {
    async fn open() -> Self {
        let log = TestLog::open().await;
        let secrets = WebhookSecrets::open(&log.url, log.log.keys()).expect("a pool");
        Self { log, secrets, tenant: id("ten_a"), webhook: id("wh_1") }
    }

    fn owner(&self) -> Owner<'_> {
        Owner { tenant: &self.tenant, webhook: &self.webhook }
    }
}

#[tokio::test]
async fn a_secret_is_kept_sealed_and_read_back_in_the_order_asked_for() {
    let house = House::open().await;
    let (first, second): (WebhookSecretId, WebhookSecretId) = (id("whs_1"), id("whs_2"));
    let kept = house.secrets.keep_new(house.owner(), &first).await.unwrap();
    let other = house.secrets.keep_new(house.owner(), &second).await.unwrap();
    assert_eq!(kept.reveal().len(), 32);
    assert_ne!(kept.reveal(), other.reveal());

    let read = house.secrets.read(house.owner(), &[second, first]).await.unwrap();
    assert_eq!([read[0].reveal(), read[1].reveal()], [other.reveal(), kept.reveal()]);

    let mut admin = database::superuser(&house.log.url).await;
    let sealed: Vec<Vec<u8>> =
        sqlx::query_scalar("select sealed from webhook_secrets").fetch_all(&mut admin).await.unwrap();
    for row in sealed {
        assert!(!row.windows(32).any(|part| part == &kept.reveal()[..] || part == &other.reveal()[..]));
    }
}

#[tokio::test]
async fn a_row_that_was_moved_to_another_webhook_or_tenant_does_not_open() {
    let house = House::open().await;
    house.secrets.keep_new(house.owner(), &id("whs_1")).await.unwrap();
    let mut admin = database::superuser(&house.log.url).await;
    admin.execute("update webhook_secrets set webhook_id = 'wh_2'").await.unwrap();
    let other: WebhookId = id("wh_2");
    let owner = Owner { tenant: &house.tenant, webhook: &other };
    let read = house.secrets.read(owner, &[id("whs_1")]).await;
    assert!(matches!(read, Err(SecretFault::Broken(_))));
    let missing = house.secrets.read(house.owner(), &[id("whs_1")]).await;
    assert!(matches!(missing, Err(SecretFault::Missing(_))));

    // Two tenants whose rows changed places.
    let other: TenantId = id("ten_b");
    let owner = Owner { tenant: &other, webhook: &house.webhook };
    for owner in [house.owner(), owner] {
        house.secrets.keep_new(owner, &id("whs_2")).await.unwrap();
    }
    let swap = "update webhook_secrets one set sealed = another.sealed from webhook_secrets another
                where one.id = 'whs_2' and another.id = 'whs_2' and one.tenant <> another.tenant";
    assert_eq!(admin.execute(swap).await.unwrap().rows_affected(), 2);
    for owner in [house.owner(), owner] {
        let read = house.secrets.read(owner, &[id("whs_2")]).await;
        assert!(matches!(read, Err(SecretFault::Broken(_))));
    }
}

#[tokio::test]
async fn no_other_role_sees_what_is_kept_here() {
    let house = House::open().await;
    for role in [Role::LogWriter, Role::LogReader, Role::App, Role::Projector] {
        let mut connection = connect(&house.log.url, role).await.unwrap();
        for table in ["webhook_secrets", "dev_mailbox"] {
            let refused =
                connection.execute(AssertSqlSafe(format!("select from {table}"))).await.unwrap_err();
            let code = refused.as_database_error().and_then(|error| error.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{table} as {}", role.name());
        }
    }
}

#[tokio::test]
async fn what_nothing_names_and_what_has_ended_is_found() {
    let house = House::open().await;
    for name in ["whs_1", "whs_2", "whs_3"] {
        house.secrets.keep_new(house.owner(), &id(name)).await.unwrap();
    }
    house.secrets.mark_named(house.owner(), &id("whs_1")).await.unwrap();
    house.secrets.ends_at(house.owner(), &id("whs_2"), Timestamp::UNIX_EPOCH).await.unwrap();
    let unnamed = house.secrets.unnamed(Duration::ZERO, 10).await.unwrap();
    assert_eq!(unnamed.iter().map(|each| each.id.as_str()).collect::<Vec<_>>(), ["whs_2", "whs_3"]);
    assert_eq!(house.secrets.unnamed(Duration::from_secs(3600), 10).await.unwrap().len(), 0);
    assert_eq!(house.secrets.drop_ended().await.unwrap(), 1);
    house.secrets.drop_all_of(house.owner()).await.unwrap();
    assert_eq!(house.secrets.unnamed(Duration::ZERO, 10).await.unwrap().len(), 0);
}

fn endpoint(secret: &str, previous: &str) -> Endpoint {
    Endpoint {
        workspace: id("wsp_1"),
        slot: 0,
        url: "https://example.org/".into(),
        description: String::new(),
        event_types: Default::default(),
        enabled: true,
        disabled_because: None,
        secret: id(secret),
        previous: Some(PreviousSecret { secret: id(previous), until: Timestamp::MAX }),
    }
}

#[tokio::test]
async fn a_delivery_is_signed_with_both_secrets_or_with_the_present_one_alone() {
    let house = House::open().await;
    let present = house.secrets.keep_new(house.owner(), &id("whs_2")).await.unwrap();
    let rotated = endpoint("whs_2", "whs_1");
    let now = Timestamp::now();
    let alone = signing(&house.secrets, house.owner(), &rotated, now).await.unwrap();
    assert_eq!(alone.iter().map(|secret| secret.reveal()).collect::<Vec<_>>(), [present.reveal()]);

    let previous = house.secrets.keep_new(house.owner(), &id("whs_1")).await.unwrap();
    let both = signing(&house.secrets, house.owner(), &rotated, now).await.unwrap();
    let revealed: Vec<_> = both.iter().map(|secret| secret.reveal()).collect();
    assert_eq!(revealed, [present.reveal(), previous.reveal()]);

    let lost = signing(&house.secrets, house.owner(), &endpoint("whs_9", "whs_1"), now).await;
    assert!(matches!(lost, Err(SecretFault::Missing(_))));
}
