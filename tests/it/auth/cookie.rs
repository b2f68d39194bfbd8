//! Sessions of browsers: a cookie that no script reads, that other sites can do nothing with, and that ends as every session
//! does.

use serde_json::{Value, json};
use support::api::{Answer, Call, PASSWORD, Person, TestApi};
use support::authenticator::Authenticator;
use support::{database, later};

const NEW: &str = "a lantern by the gate";
const SITE: &str = "sec-fetch-site";

/// As a page of the same origin sends it.
fn from_here<'a>(call: Call<'a>, cookie: &str) -> Call<'a> {
    call.header("cookie", &format!("theme=dark; __Host-sid={cookie}")).header(SITE, "same-origin")
}

fn sign_in(api: &TestApi, person: &Person) -> Answer {
    let body = json!({ "email": person.email, "password": PASSWORD, "session": "cookie" });
    api.post("/auth/login", body).header(SITE, "same-origin").send().expect(200)
}

/// What a browser is told to keep, if it is told to keep anything.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    let (pair, guards) = set.split_once("; ").expect("a guarded cookie");
    assert_eq!(guards, "Path=/; Secure; HttpOnly; SameSite=Lax");
    pair.strip_prefix("__Host-sid=").expect("its name").to_owned()
}

fn status(api: &TestApi, cookie: &str) -> u16 {
    from_here(api.get("/auth/profile"), cookie).send().status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_in_by_a_guarded_cookie_and_signs_out_for_good() {
    let api = TestApi::start().await;
    let ana = api.person();
    let signed_in = sign_in(&api, &ana);
    let cookie = cookie_of(&signed_in);
    assert_eq!(cookie.len(), 43);
    for token in ["access_token", "refresh_token"] {
        assert!(signed_in.json().get(token).is_none(), "{token}");
    }
    assert_eq!(signed_in.text("/tenant"), ana.tenant);
    let made = from_here(api.post("/v1/workspaces", json!({ "name": "Orders" })), &cookie).send().expect(201);
    assert!(made.header("vary").is_some_and(|vary| vary.contains("Sec-Fetch-Site")));
    let exchanged = from_here(api.post("/auth/tenant", json!({ "tenant": ana.tenant })), &cookie).send();
    assert!(exchanged.expect(200).json().get("access_token").is_none());

    // One credential at a time, and a browser has one cookie.
    let both = from_here(api.get("/auth/profile"), &cookie).by(&ana).send().expect(400);
    assert_eq!(both.text("/code"), "two_credentials");
    let twice =
        from_here(api.get("/auth/profile"), &cookie).header("cookie", &format!("__Host-sid={cookie}"));
    twice.send().expect(401);

    let mut superuser = database::superuser(&api.database_url).await;
    let rows: Vec<String> = sqlx::query_scalar("select to_jsonb(s)::text from sessions s")
        .fetch_all(&mut superuser)
        .await
        .expect("sessions");
    assert!(rows.iter().all(|row| !row.contains(&cookie)));

    // It is listed and ended as any other.
    let listed = from_here(api.get("/auth/sessions"), &cookie).send().expect(200).at("/data");
    let current = |each: &&Value| each["current"] == true;
    let id = listed.as_array().expect("a list").iter().find(current).expect("it")["id"].clone();
    api.call("DELETE", &format!("/auth/sessions/{}", id.as_str().expect("an id")))
        .by(&ana)
        .send()
        .expect(204);
    assert_eq!(status(&api, &cookie), 401);

    let cookie = cookie_of(&sign_in(&api, &ana));
    let out = from_here(api.post("/auth/logout", json!({})), &cookie).send().expect(204);
    assert_eq!(out.header("clear-site-data"), Some(r#""cache", "cookies", "storage""#));
    assert!(out.header("set-cookie").is_some_and(|set| set.starts_with("__Host-sid=; Max-Age=0;")));
    assert_eq!(status(&api, &cookie), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_does_nothing_with_a_cookie() {
    let api = TestApi::start().await;
    let ana = api.person();
    let cookie = cookie_of(&sign_in(&api, &ana));
    let own = api.url.clone();
    let post = |headers: &[(&str, &str)], content_type: &str| {
        let call = api.call("POST", "/v1/workspaces").body(r#"{"name":"Orders"}"#, content_type);
        let call = call.header("cookie", &format!("__Host-sid={cookie}"));
        headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
    };
    let json = "application/json";
    for headers in [
        vec![(SITE, "cross-site"), ("origin", own.as_str())],
        vec![(SITE, "same-site")],
        vec![("origin", "https://evil.test")],
        vec![("origin", "null")],
        vec![],
    ] {
        assert_eq!(post(&headers, json).expect(403).text("/code"), "cross_site", "{headers:?}");
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        post(&[(SITE, "same-origin")], content_type).expect(415);
    }
    let made = from_here(api.get("/v1/events?before=now&type=workspace.created"), &cookie).send().expect(200);
    assert!(!made.body.contains("Orders"), "{}", made.body);
    for headers in [[(SITE, "same-origin")], [(SITE, "none")], [("origin", own.as_str())]] {
        post(&headers, json).expect(201);
    }
    // Nor does it sign somebody in as somebody else, or read along.
    let body = json!({ "email": ana.email, "password": PASSWORD, "session": "cookie" });
    let login = api.post("/auth/login", body).header(SITE, "cross-site").send().expect(403);
    assert!(login.header("set-cookie").is_none());
    let stream = |site: &str| {
        let call = api.get("/v1/events/stream").header("cookie", &format!("__Host-sid={cookie}"));
        call.header(SITE, site).status()
    };
    assert_eq!([stream("cross-site"), stream("none"), stream("same-origin")], [403, 403, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_who_they_are_gets_another_cookie_and_the_old_one_is_dead() {
    let api = TestApi::start().await;
    let ana = api.person();
    let first = cookie_of(&sign_in(&api, &ana));
    // Signing in over another session ends that one.
    let body = json!({ "email": ana.email, "password": PASSWORD, "session": "cookie" });
    let second = cookie_of(&from_here(api.post("/auth/login", body), &first).send().expect(200));
    assert_eq!((status(&api, &first), status(&api, &second)), (401, 200));
    let planted = "A".repeat(43);
    let mut cookie = second;
    let mut renewed = |call: Call<'_>, expected| {
        let answer = from_here(call, &cookie).send().expect(expected);
        let next = cookie_of(&answer);
        assert_eq!((status(&api, &cookie), status(&api, &next)), (401, 200));
        cookie = next;
        answer
    };
    renewed(api.post("/auth/prove", json!({ "password": PASSWORD })), 204);
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    renewed(api.call("PUT", "/auth/password").json(change), 204);
    let begun = from_here(api.post("/auth/totp", json!({})), &cookie).send().expect(201);
    let code = Authenticator::of(&begun.text("/secret")).code(0);
    let confirm = json!({ "factor": begun.text("/factor"), "code": code });
    let confirmed = from_here(api.post("/auth/totp/confirm", confirm), &cookie).send().expect(200);
    assert_eq!((status(&api, &cookie), status(&api, &cookie_of(&confirmed))), (401, 200));
    assert_eq!(status(&api, &planted), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_ends_when_it_is_idle_for_8_hours_and_after_7_days_in_any_case() {
    let api = TestApi::start().await;
    let ana = api.person();
    let idle = cookie_of(&sign_in(&api, &ana));
    later::by(&api.database_url, "8 hours").await;
    assert_eq!(status(&api, &idle), 401);
    let cookie = cookie_of(&sign_in(&api, &ana));
    for _ in 0..23 {
        later::by(&api.database_url, "7 hours").await;
        assert_eq!(status(&api, &cookie), 200);
    }
    later::by(&api.database_url, "6 hours").await;
    assert_eq!(status(&api, &cookie), 200);
    later::by(&api.database_url, "2 hours").await;
    assert_eq!(status(&api, &cookie), 401);
}
