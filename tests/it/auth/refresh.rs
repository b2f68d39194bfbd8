//! `POST /auth/refresh`: a session goes on, and who shows an old token ends it.

use serde_json::json;
use support::api::{Answer, TestApi};
use support::{database, later, wait};

fn refresh(api: &TestApi, token: &str) -> Answer {
    api.post("/auth/refresh", json!({ "refresh_token": token })).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_is_exchanged_for_the_next() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let mut token = api.sign_in(&ana.email).text("/refresh_token");
    for _ in 0..3 {
        let answer = refresh(&api, &token).expect(200);
        assert_eq!(answer.text("/user/id"), ana.user);
        assert_eq!(answer.text("/tenant"), ana.tenant);
        api.get("/auth/profile").bearer(&answer.text("/access_token")).send().expect(200);
        let next = answer.text("/refresh_token");
        assert_ne!(next, token);
        token = next;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_tabs_that_ask_side_by_side_get_the_same_token_and_stay_signed_in() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let token = api.sign_in(&ana.email).text("/refresh_token");
    let next: Vec<String> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh(&api, &token).expect(200))).collect();
        asking.into_iter().map(|tab| tab.join().expect("an answer").text("/refresh_token")).collect()
    });
    assert!(next.iter().all(|each| *each == next[0]), "{next:?}");
    refresh(&api, &next[0]).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_again_later_ends_its_session_and_an_event_says_so() {
    let api = TestApi::start().await;
    let ana = api.person();
    let stolen = api.sign_in(&ana.email).text("/refresh_token");
    let answer = refresh(&api, &stolen).expect(200);
    later::by(&api.database_url, "11 seconds").await;
    refresh(&api, &stolen).expect(401);
    refresh(&api, &answer.text("/refresh_token")).expect(401);
    api.get("/auth/profile").bearer(&answer.text("/access_token")).send().expect(401);
    // The person's other session goes on.
    api.get("/auth/profile").by(&ana).send().expect(200);
    let mut superuser = database::superuser(&api.database_url).await;
    let told: Vec<String> =
        sqlx::query_scalar("select payload::text from events where event_type = 'session.revoked'")
            .fetch_all(&mut superuser)
            .await
            .expect("events");
    assert_eq!(told, [r#"{"because":"token_reused"}"#]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_idle_for_14_days_and_after_90_in_any_case() {
    let api = TestApi::start().await;
    let ana = api.person();
    let idle = api.sign_in(&ana.email).text("/refresh_token");
    later::by(&api.database_url, "14 days").await;
    refresh(&api, &idle).expect(401);

    let mut token = api.sign_in(&ana.email).text("/refresh_token");
    for _ in 0..6 {
        later::by(&api.database_url, "13 days").await;
        token = refresh(&api, &token).expect(200).text("/refresh_token");
    }
    later::by(&api.database_url, "11 days").await;
    token = refresh(&api, &token).expect(200).text("/refresh_token");
    later::by(&api.database_url, "2 days").await;
    refresh(&api, &token).expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_made_here_is_no_token() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let signed_in = api.sign_in(&ana.email);
    let token = signed_in.text("/refresh_token");
    let (head, _) = token.rsplit_once('.').expect("parts");
    for text in [
        "",
        "art",
        "art.ses_1.0.AAAA",
        &format!("{head}.AAAAAAAAAAAAAAAAAAAAAA"),
        &format!("{head}."),
        &token.replace(".0.", ".1."),
        &signed_in.text("/access_token"),
    ] {
        refresh(&api, text).expect(401);
    }
    // Nor is one of them an access token.
    api.get("/auth/profile").bearer(&token).send().expect(401);
    refresh(&api, &token).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_refresh_token_on_every_node() {
    let api = TestApi::shared().await;
    let other = api.another("api");
    let ana = api.person();
    let signed_in = api.sign_in(&ana.email);
    api.post("/auth/logout", json!({})).bearer(&signed_in.text("/access_token")).send().expect(204);
    let body = json!({ "refresh_token": signed_in.text("/refresh_token") });
    support::api::call(&other.url, "POST", "/auth/refresh").json(body).send().expect(401);
    let profile = || support::api::call(&other.url, "GET", "/auth/profile");
    let is_refused = || profile().bearer(&signed_in.text("/access_token")).send().status == 401;
    assert!(wait::is_true_within(std::time::Duration::from_secs(5), is_refused));
}
