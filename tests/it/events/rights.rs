//! Rights on a stream: they change with the events themselves, and a stream ends soon after they are gone.

use std::time::{Duration, Instant};

use api::identity::tokens::{Bearer, Tokens};
use domain::identity::{Role, SessionId, TenantId, UserId};
use serde_json::json;
use support::api::TestApi;
use support::log::TestLog;
use support::sse::{Frame, Sse};
use support::team::Team;

/// Within this time after its right is gone a stream is over.
const OVER_WITHIN: Duration = Duration::from_secs(5);
/// As the program is configured where nobody says otherwise.
const ISSUER: &str = "airtide";

#[track_caller]
fn ends_with(stream: &mut Sse, reason: &str) {
    let gone = Instant::now();
    let end = stream.next_frame().expect("a stream says why it ends");
    assert_eq!((end.event.as_str(), &end.data), ("end", &json!({ "reason": reason })));
    assert_eq!(stream.next_frame(), None);
    assert!(gone.elapsed() <= OVER_WITHIN, "over after {:?}", gone.elapsed());
}

fn name(frame: &Frame) -> &str {
    frame.data["data"]["name"].as_str().unwrap_or_else(|| panic!("{frame:?} has a name"))
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_open_and_close_in_the_middle_of_a_stream() {
    let team = Team::gather().await;
    let (one, two) = (team.workspace("One"), team.workspace("Two"));
    let viewer = team.member(Role::Viewer, &[&one]).await;
    let (mut stream, _) = Sse::follow(&team.api.url, &viewer.token, "");

    team.rename(&two, "Two unseen").await;
    team.change_contact("ana@example.org").await;
    team.rename(&one, "One seen").await;
    assert_eq!(name(&stream.next_event()), "One seen");

    team.open_to(&viewer, &[&two]).await;
    team.rename(&one, "One unseen").await;
    team.rename(&two, "Two seen").await;
    assert_eq!(stream.next_event().event, "membership.workspaces_changed");
    assert_eq!(name(&stream.next_event()), "Two seen");

    team.change_role(&viewer, Role::Auditor).await;
    team.rename(&one, "One seen again").await;
    team.change_contact("ana@example.com").await;
    assert_eq!(stream.next_event().event, "membership.role_changed");
    assert_eq!(name(&stream.next_event()), "One seen again");
    assert_eq!(stream.next_event().data["data"], json!({ "contact": "ana@example.com" }));
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_membership_ends_the_stream() {
    let team = Team::gather().await;
    let viewer = team.member(Role::Viewer, &[]).await;
    let (mut stream, _) = Sse::follow(&team.api.url, &viewer.token, "");
    team.remove(&viewer).await;
    ends_with(&mut stream, "membership_ended");
    assert_eq!(Sse::open(&team.api.url, &viewer.token, "", &[]).status, 401);
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_every_stream_of_the_session_on_every_node() {
    let api = TestApi::shared().await;
    let another = api.another("api");
    let ana = api.person();
    let (mut here, _) = Sse::follow(&api.url, &ana.token, "");
    let (mut there, _) = Sse::follow(&another.url, &ana.token, "");
    let other_session = api.sign_in(&ana.email).text("/access_token");
    let (mut of_other, _) = Sse::follow(&api.url, &other_session, "");
    api.call("POST", "/auth/logout").by(&ana).send().expect(204);
    ends_with(&mut here, "session_ended");
    ends_with(&mut there, "session_ended");
    let body = json!({ "name": "Orders" });
    api.post("/v1/workspaces", body).bearer(&other_session).send().expect(201);
    assert_eq!(name(&of_other.next_event()), "Orders");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlives_its_token_by_no_more_than_a_moment() {
    let api = TestApi::start().await;
    let ana = api.person();
    let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
    let session = api.get("/auth/verify").by(&ana).send().expect(200).text("/session");
    let tokens = Tokens::new(log.log.keys().token_signing(), ISSUER).unwrap();
    let bearer = Bearer {
        user: UserId::new(ana.user.as_str()).unwrap(),
        tenant: TenantId::new(ana.tenant.as_str()).unwrap(),
        session: SessionId::new(session).unwrap(),
        with_code: false,
    };
    let issued = tokens.issue_for(Duration::from_secs(4), bearer);
    let issued_at = Instant::now();
    let (mut stream, _) = Sse::follow(&api.url, &issued.unwrap().token, "");
    let end = stream.next_frame().unwrap();
    assert_eq!(end.data, json!({ "reason": "token_expired" }));
    assert!(issued_at.elapsed() <= Duration::from_secs(4) + OVER_WITHIN, "after {:?}", issued_at.elapsed());
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_what_belongs_to_another_tenant() {
    let api = TestApi::shared().await;
    let (ana, bob) = (api.person(), api.person());
    let (mut stream, begin) = Sse::follow(&api.url, &bob.token, "");
    let create = |person, name: &str| {
        api.post("/v1/workspaces", json!({ "name": name })).by(person).send().expect(201).text("/id")
    };
    let workspace = create(&ana, "Of Ana");
    create(&bob, "Of Bob");
    assert_eq!(name(&stream.next_event()), "Of Bob");
    let mut resumed = Sse::open(&api.url, &bob.token, &format!("?after={begin}"), &[]);
    assert_eq!(name(&resumed.next_event()), "Of Bob");
    // The owner of another tenant has every workspace of it open, and this is none of it.
    let (mut filtered, _) = Sse::follow(&api.url, &bob.token, &format!("?workspace={workspace}"));
    create(&ana, "Of Ana again");
    let watermark = filtered.next_frame().unwrap();
    assert_eq!(watermark.event, "watermark");
}
