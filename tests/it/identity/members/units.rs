//! Members come, change and go, through the executor: a tenant keeps an owner, and a person's own list of tenants
//! never tells otherwise than the tenant's.

use std::collections::BTreeSet;

use api::identity::members;
use domain::identity::{Membership, PLATFORM_TENANT, Role, Tenant, TenantId, User, UserId, WorkspaceId};
use eventstore::execute::{CommandError, Plan, Receipt, Request};
use support::api::{Person, TestApi};
use support::log::{TestLog, stream_id};

struct House {
    log: TestLog,
    tenant: TenantId,
    owner: UserId,
    other: UserId,
}

fn user(person: &Person) -> UserId {
    UserId::new(person.user.as_str()).unwrap()
}

impl House {
    /// The tenant of one person, and somebody else.
    async fn of(api: &TestApi) -> Self {
        let (ana, bob) = (api.person(), api.person());
        let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
        let tenant = TenantId::new(ana.tenant.as_str()).unwrap();
        Self { log, tenant, owner: user(&ana), other: user(&bob) }
    }

    async fn carry_out(&self, plan: Plan) -> Result<Receipt, CommandError> {
        let request = Request::new(self.tenant.clone(), self.owner.as_str());
        self.log.executor().execute(&request, plan).await
    }

    async fn role(&self, user: &UserId) -> Option<Role> {
        let id = stream_id(user.as_str());
        let found = self.log.executor().state::<Membership>(&self.tenant, id).await.unwrap();
        found.state.details().map(|details| details.role)
    }

    async fn is_in_own_list(&self, user: &UserId) -> bool {
        let platform = TenantId::new(PLATFORM_TENANT).unwrap();
        let found = self.log.executor().state::<User>(&platform, stream_id(user.as_str())).await.unwrap();
        found.state.details().unwrap().tenants.contains(&self.tenant)
    }
}

fn code(outcome: Result<Receipt, CommandError>) -> &'static str {
    match outcome {
        Err(CommandError::Refused(refused)) => refused.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_comes_changes_and_goes_on_both_sides() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let workspaces = BTreeSet::from([WorkspaceId::new("wsp_1").unwrap()]);
    let add = || members::add(&house.tenant, &house.other, Role::Editor, workspaces.clone()).unwrap();
    assert_eq!(house.carry_out(add()).await.unwrap().event_ids.len(), 2);
    assert_eq!(house.carry_out(add()).await.unwrap().event_ids.len(), 0, "once more changes nothing");
    assert_eq!(house.role(&house.other).await, Some(Role::Editor));
    assert!(house.is_in_own_list(&house.other).await);

    house.carry_out(members::remove(&house.tenant, &house.other).unwrap()).await.unwrap();
    assert_eq!(house.role(&house.other).await, None);
    assert!(!house.is_in_own_list(&house.other).await);
    house.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_neither_goes_nor_becomes_less() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let (tenant, owner, other) = (&house.tenant, &house.owner, &house.other);
    assert_eq!(code(house.carry_out(members::remove(tenant, owner).unwrap()).await), "last_owner");
    let less = || members::change_role(tenant, owner, Role::Admin).unwrap();
    assert_eq!(code(house.carry_out(less()).await), "last_owner");

    let add = members::add(tenant, other, Role::Viewer, BTreeSet::new()).unwrap();
    house.carry_out(add).await.unwrap();
    let more = members::change_role(tenant, other, Role::Owner).unwrap();
    house.carry_out(more).await.unwrap();
    house.carry_out(less()).await.unwrap();
    assert_eq!(house.role(owner).await, Some(Role::Admin));
    assert_eq!(code(house.carry_out(members::remove(tenant, other).unwrap()).await), "last_owner");
    house.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_leave_at_once_do_not_both_go() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let (tenant, owner, other) = (&house.tenant, &house.owner, &house.other);
    house.carry_out(members::add(tenant, other, Role::Owner, BTreeSet::new()).unwrap()).await.unwrap();
    // On two nodes, so that versions decide and not the lanes of one.
    let another = TestLog::open_with(&api.database_url, api.keys.path()).await;
    let (executor, request) = (another.executor(), Request::new(tenant.clone(), other.as_str()));
    let (first, second) = tokio::join!(
        house.carry_out(members::remove(tenant, owner).unwrap()),
        executor.execute(&request, members::remove(tenant, other).unwrap()),
    );
    another.close().await;
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|ok| **ok).count(), 1);
    let found = house.log.executor().state::<Tenant>(tenant, stream_id(tenant.as_str())).await.unwrap();
    assert_eq!(found.state.owners().len(), 1);
    house.log.close().await;
}
