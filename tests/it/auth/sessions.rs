//! `/auth/sessions`: a person sees where they are signed in, and ends what they do not know.

use serde_json::{Value, json};
use support::api::{PASSWORD, TestApi};
use support::{database, wait};

fn sign_in(api: &TestApi, email: &str, client: &str) -> (String, String) {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = api.post("/auth/login", body).header("user-agent", client).send().expect(200);
    (answer.text("/access_token"), answer.text("/refresh_token"))
}

fn sessions(api: &TestApi, token: &str) -> Vec<Value> {
    let listed = api.get("/auth/sessions").bearer(token).send().expect(200).at("/data");
    listed.as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_their_own_sessions_and_which_one_asks() {
    let api = TestApi::shared().await;
    let (ana, ben) = (api.person(), api.person());
    let (token, _) = sign_in(&api, &ana.email, "a browser");
    let listed = sessions(&api, &token);
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["client"], &listed[0]["current"]), (&json!("a browser"), &json!(true)));
    assert_eq!(listed[1]["current"], json!(false));
    assert_eq!(listed[0]["tenant"], json!(ana.tenant));
    assert_eq!(sessions(&api, &ben.token).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_from_another_is_good_for_nothing() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (token, refresh) = sign_in(&api, &ana.email, "lost phone");
    let lost = sessions(&api, &ana.token).into_iter().find(|each| each["client"] == "lost phone");
    let path = format!("/auth/sessions/{}", lost.expect("it is listed")["id"].as_str().expect("an id"));
    api.call("DELETE", &path).by(&ana).send().expect(204);
    api.get("/auth/profile").bearer(&token).send().expect(401);
    api.post("/auth/refresh", json!({ "refresh_token": refresh })).send().expect(401);
    assert_eq!(sessions(&api, &ana.token).len(), 1);
    // Once is enough.
    api.call("DELETE", &path).by(&ana).send().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_the_session_of_somebody_else() {
    let api = TestApi::shared().await;
    let (ana, ben) = (api.person(), api.person());
    let of_ben = sessions(&api, &ben.token)[0]["id"].as_str().expect("an id").to_owned();
    api.call("DELETE", &format!("/auth/sessions/{of_ben}")).by(&ana).send().expect(404);
    api.get("/auth/profile").by(&ben).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_end_and_the_one_that_asks_goes_on() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let others: Vec<_> = (0..3).map(|_| sign_in(&api, &ana.email, "elsewhere")).collect();
    api.call("DELETE", "/auth/sessions").by(&ana).send().expect(204);
    for (token, refresh) in others {
        api.get("/auth/profile").bearer(&token).send().expect(401);
        api.post("/auth/refresh", json!({ "refresh_token": refresh })).send().expect(401);
    }
    assert_eq!(sessions(&api, &ana.token).len(), 1);
    api.call("DELETE", "/auth/sessions").by(&ana).send().expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_not_written_down_is_written_later() {
    let api = TestApi::start().await;
    api.person();
    let mut superuser = database::superuser(&api.database_url).await;
    sqlx::query(
        "update sessions set revoked_at = now() - interval '1 minute', revoked_because = 'password_changed'",
    )
    .execute(&mut superuser)
    .await
    .expect("as if its process was killed in between");
    let _restarted = api.another("api");
    wait::until_true("the event is there", std::time::Duration::from_secs(20), async || {
        let told: i64 = sqlx::query_scalar(
            "select count(*) from events where event_type = 'session.revoked'
             and payload->>'because' = 'password_changed'",
        )
        .fetch_one(&mut superuser)
        .await
        .expect("events");
        told == 1
    })
    .await;
}
