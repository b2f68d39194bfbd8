//! Workspaces are open to members by name, and to those above editors without.

use domain::identity::Role;
use serde_json::json;
use support::team::Team;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_below_admin_sees_the_workspaces_opened_by_name() {
    let team = Team::gather().await;
    let open = team.workspace("Open");
    let body = json!({ "name": "Closed" });
    let closed = team.api.post("/v1/workspaces", body).by(&team.owner).send().expect(201);
    let (path, wait_for) = (closed.header("location").unwrap(), closed.header("airtide-position").unwrap());
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let member = team.member(role, &[&open]).await;
        let expected = if role.sees_every_workspace() { 200 } else { 404 };
        assert_eq!(team.api.get(path).by(&member).status(), expected, "{role:?}");
        let list =
            team.api.get(&format!("/v1/workspaces?wait_for={wait_for}")).by(&member).send().expect(200);
        assert_eq!(list.body.contains("Closed"), role.sees_every_workspace(), "{role:?}: {}", list.body);
        assert!(list.body.contains(&open), "{role:?}: {}", list.body);
    }
    team.log.close().await;
}
