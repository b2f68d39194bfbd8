//! `GET /v1/streams/{aggregate}/{id}` and its state: what one thing went through, for those who may see it.

use domain::identity::Role;
use serde_json::{Value, json};
use support::team::Team;

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_has_a_history_and_a_state_after_each_of_its_events() {
    let team = Team::gather().await;
    let workspace = team.workspace("Orders");
    team.rename(&workspace, "Sales").await;
    team.rename(&workspace, "Trade").await;
    let get = |path: String| team.api.get(&format!("/v1/streams/{path}")).by(&team.owner).send();

    let first = get(format!("workspace/{workspace}?limit=2")).expect(200);
    let cursor = first.text("/next_cursor");
    let second = get(format!("workspace/{workspace}?limit=2&cursor={cursor}")).expect(200);
    let names: Vec<Value> =
        [&first, &second].iter().flat_map(|page| page.at("/data").as_array().unwrap().clone()).collect();
    let names: Vec<&Value> = names.iter().map(|event| &event["data"]["name"]).collect();
    assert_eq!(names, ["Orders", "Sales", "Trade"]);
    assert_eq!(second.at("/next_cursor"), Value::Null);

    for (version, name) in [(1, "Orders"), (2, "Sales"), (3, "Trade")] {
        let state = get(format!("workspace/{workspace}/state?at={version}")).expect(200);
        assert_eq!(state.at("/state/details/name"), json!(name));
        assert_eq!(state.at("/version"), json!(version));
        assert_eq!(state.header("etag"), Some(format!("\"{version}\"").as_str()));
    }
    assert_eq!(get(format!("workspace/{workspace}/state")).expect(200).at("/version"), json!(3));
    get(format!("workspace/{workspace}/state?at=4")).expect(404);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_open_to_somebody_is_not_there() {
    let team = Team::gather().await;
    let (open, closed) = (team.workspace("Open"), team.workspace("Closed"));
    let viewer = team.member(Role::Viewer, &[&open]).await;
    let stranger = team.api.person();
    let status = |path: &str, person| team.api.get(&format!("/v1/streams/{path}")).by(person).send().status;
    for ending in ["", "/state"] {
        assert_eq!(status(&format!("workspace/{open}{ending}"), &viewer), 200);
        assert_eq!(status(&format!("workspace/{closed}{ending}"), &viewer), 404);
        assert_eq!(status(&format!("workspace/{open}{ending}"), &stranger), 404);
        for nothing in ["workspace/none", "painting/none", "user/none", "workspace/x.y"] {
            assert_eq!(status(&format!("{nothing}{ending}"), &team.owner), 404, "{nothing}");
        }
        // People belong to the platform, and so does what happens to them.
        assert_eq!(status(&format!("user/{}{ending}", team.owner.user), &team.owner), 404);
    }
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_for_those_who_may_read_all_that_made_it() {
    let team = Team::gather().await;
    team.change_contact("ana@example.org").await;
    let viewer = team.member(Role::Viewer, &[]).await;
    let path = format!("/v1/streams/tenant/{}", team.owner.tenant);
    let get = |path: &str, person| team.api.get(path).by(person).send();

    let state = get(&format!("{path}/state"), &team.owner).expect(200);
    assert_eq!(state.at("/state/details/contact"), json!("ana@example.org"));
    get(&format!("{path}/state"), &viewer).expect(403);
    let types = |page: Value| -> Vec<Value> {
        page.as_array().unwrap().iter().map(|event| event["type"].clone()).collect()
    };
    let (all, some) = (get(&path, &team.owner).expect(200), get(&path, &viewer).expect(200));
    assert_eq!(types(all.at("/data")), ["tenant.created", "tenant.contact_changed"]);
    assert_eq!(types(some.at("/data")), ["tenant.created"]);
    team.log.close().await;
}
