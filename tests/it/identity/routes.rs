//! The table of routes × who asks: nobody gets further than the access that a route was declared with.

use std::collections::BTreeSet;

use api::http::{Access, RouteEntry};
use domain::identity::{Role, TenantId, UserId, WorkspaceId};
use eventstore::execute::Request;
use serde_json::{Value, json};
use support::api::{Person, TestApi};
use support::log::TestLog;

/// A tenant with a workspace and one member of each role, the workspace open to all of them.
struct House {
    workspace: String,
    members: Vec<(Role, Person)>,
    stranger: Person,
}

impl House {
    async fn of(api: &TestApi) -> Self {
        let owner = api.person();
        let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&owner).send().expect(201);
        let workspace = made.text("/id");
        let mut members = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            members.push((role, api.person()));
        }
        let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
        let tenant = TenantId::new(owner.tenant.as_str()).unwrap();
        for (role, person) in &mut members {
            let workspaces = BTreeSet::from([WorkspaceId::new(workspace.as_str()).unwrap()]);
            let user = UserId::new(person.user.as_str()).unwrap();
            let plan = api::identity::members::add(&tenant, &user, *role, workspaces).unwrap();
            let request = Request::new(tenant.clone(), owner.user.as_str());
            log.executor().execute(&request, plan).await.unwrap();
            person.token = exchange(api, person, &owner.tenant);
        }
        log.close().await;
        members.push((Role::Owner, owner));
        Self { workspace, members, stranger: api.person() }
    }

    fn path(&self, route: &RouteEntry) -> String {
        let parts = route.path.split('/').map(|part| match part {
            "{workspace}" => self.workspace.as_str(),
            part if part.starts_with('{') => "nothing",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// With a version that nothing has, so that whoever gets that far changes nothing.
    fn status(&self, api: &TestApi, route: &RouteEntry, token: Option<&str>, body: Value) -> u16 {
        let call = api.call(route.method, &self.path(route)).header("if-match", "\"999\"");
        let call = if matches!(route.method, "GET" | "DELETE") { call } else { call.json(body) };
        match token {
            Some(token) => call.bearer(token).status(),
            None => call.status(),
        }
    }
}

fn exchange(api: &TestApi, person: &Person, tenant: &str) -> String {
    let answer = api.post("/auth/tenant", json!({ "tenant": tenant })).by(person).send().expect(200);
    answer.text("/access_token")
}

/// A body that no route takes.
fn no_body() -> Value {
    json!({ "nothing": 1 })
}

/// Ends the session of whoever tries it.
fn ends_the_session(route: &RouteEntry) -> bool {
    route.path == "/auth/logout"
}

fn may(role: Role, access: Access) -> bool {
    match access {
        Access::Anyone | Access::SignedIn | Access::Session => true,
        Access::Needs(permission) => role.may(permission),
        Access::Operator => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_holds_everybody_to_its_access() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let routes = api::routes();
    let (last, others): (Vec<_>, Vec<_>) = routes.table().iter().partition(|route| ends_the_session(route));
    for route in others.into_iter().chain(last) {
        let what = format!("{} {}", route.method, route.path);
        let anonymous = house.status(&api, route, None, no_body());
        assert_eq!(anonymous == 401 && route.path != "/auth/login", route.access != Access::Anyone, "{what}");
        for (role, person) in &house.members {
            let status = house.status(&api, route, Some(&person.token), no_body());
            let refused = matches!(status, 401 | 403);
            assert_eq!(!refused, may(*role, route.access), "{what} as {role:?}: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_tenant_has_is_nowhere() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let routes = api::routes();
    let of_workspaces: Vec<_> =
        routes.table().iter().filter(|route| route.path.contains("{workspace}")).collect();
    assert!(of_workspaces.len() >= 4);
    for route in of_workspaces {
        let status = house.status(&api, route, Some(&house.stranger.token), json!({}));
        assert_eq!(status, 404, "{} {}", route.method, route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_below_admin_sees_the_workspaces_opened_by_name() {
    let api = TestApi::shared().await;
    let house = House::of(&api).await;
    let (_, owner) = house.members.last().unwrap();
    let closed = api.post("/v1/workspaces", json!({ "name": "Closed" })).by(owner).send().expect(201);
    let (path, wait_for) = (closed.header("location").unwrap(), closed.header("airtide-position").unwrap());
    for (role, person) in &house.members {
        let expected = if role.sees_every_workspace() { 200 } else { 404 };
        assert_eq!(api.get(path).by(person).status(), expected, "{role:?}");
        let list = api.get(&format!("/v1/workspaces?wait_for={wait_for}")).by(person).send().expect(200);
        assert_eq!(list.body.contains("Closed"), role.sees_every_workspace(), "{role:?}: {}", list.body);
        assert!(list.body.contains(&house.workspace), "{role:?}: {}", list.body);
    }
}
