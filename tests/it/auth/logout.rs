//! `POST /auth/logout`: the session is over, here at once and everywhere soon.

use std::time::Duration;

use support::api::{TestApi, call};
use support::wait;

/// What is promised.
const EVERYWHERE_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_session_that_ended_is_good_for_nothing() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let other = api.sign_in(&ana.email).text("/access_token");
    api.call("POST", "/auth/logout").by(&ana).send().expect(204);
    api.get("/auth/verify").by(&ana).send().expect(401);
    api.call("POST", "/auth/logout").by(&ana).send().expect(401);
    // Another sign-in of the same person goes on.
    api.get("/auth/verify").bearer(&other).send().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_hears_of_it_within_seconds() {
    let api = TestApi::shared().await;
    let another = api.another("api");
    let ana = api.person();
    let status = || call(&another.url, "GET", "/auth/verify").by(&ana).send().status;
    assert_eq!(status(), 200);
    api.call("POST", "/auth/logout").by(&ana).send().expect(204);
    wait::until("the other node refuses the token", EVERYWHERE_WITHIN, || status() == 401);
}
