//! `/auth/totp`: whoever has a second factor is asked for it, each code counts once, and nothing gets past it.

use serde_json::{Value, json};
use support::api::{Answer, PASSWORD, Person, TestApi};
use support::authenticator::{Authenticator, enrol, steps_pass};
use support::{database, later, mailbox, wait};

const NEW: &str = "a lantern by the gate";

fn sign_in(api: &TestApi, person: &Person, password: &str, code: Option<&str>) -> Answer {
    let mut body = json!({ "email": person.email, "password": password });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    api.post("/auth/login", body).send()
}

/// How many of two who show the same code at once are let in.
fn let_in(api: &TestApi, person: &Person, code: &str) -> usize {
    std::thread::scope(|scope| {
        let trying: Vec<_> =
            (0..2).map(|_| scope.spawn(|| sign_in(api, person, PASSWORD, Some(code)).status)).collect();
        trying.into_iter().map(|each| each.join().expect("an answer")).filter(|status| *status == 200).count()
    })
}

/// There is one person in each of these tests.
async fn events(api: &TestApi) -> Vec<String> {
    let mut superuser = database::superuser(&api.database_url).await;
    let asking = "select event_type from events where event_type like 'user.%' order by position";
    sqlx::query_scalar(asking).fetch_all(&mut superuser).await.expect("events")
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_asks_for_a_code_from_its_confirmation_on() {
    let api = TestApi::start().await;
    let ana = api.person();
    let other = api.sign_in(&ana.email);
    let begun = api.post("/auth/totp", json!({})).by(&ana).send().expect(201);
    let secret = begun.text("/secret");
    let uri =
        format!("otpauth://totp/Airtide:{}?secret={secret}&issuer=Airtide", ana.email.replace('@', "%40"));
    assert_eq!(begun.text("/uri"), uri);
    // Until its first code is shown it changes nothing, and no other code is its first.
    api.sign_in(&ana.email);
    let totp = Authenticator::of(&secret);
    let confirm = |factor: &str, code: &str| {
        api.post("/auth/totp/confirm", json!({ "factor": factor, "code": code })).by(&ana).send()
    };
    let factor = begun.text("/factor");
    assert_eq!(confirm(&factor, &totp.code(3)).expect(403).text("/code"), "wrong_code");
    assert_eq!(confirm("fac_other", &totp.code(0)).expect(409).text("/code"), "not_begun");
    assert_eq!(api.get("/auth/totp").by(&ana).send().expect(200).at("/enabled"), false);
    let confirmed = confirm(&factor, &totp.code(0)).expect(200);
    assert_eq!(confirmed.at("/recovery_codes").as_array().expect("codes").len(), 10);
    let shown = api.get("/auth/totp").by(&ana).send().expect(200);
    assert_eq!(shown.json(), json!({ "enabled": true, "recovery_codes_left": 10 }));
    assert_eq!(confirm(&factor, &totp.code(1)).expect(409).text("/code"), "second_factor_exists");
    api.post("/auth/totp", json!({})).by(&ana).send().expect(409);
    // What began without a code has ended.
    api.get("/auth/profile").bearer(&other.text("/access_token")).send().expect(401);

    // A wrong password gets the answer that everybody gets, with or without a code.
    for code in [None, Some(totp.code(1))] {
        let refused = sign_in(&api, &ana, "not the password", code.as_deref()).expect(401);
        assert_eq!(refused.text("/code"), "wrong_credentials");
    }
    assert_eq!(sign_in(&api, &ana, PASSWORD, None).expect(401).text("/code"), "code_required");
    assert_eq!(sign_in(&api, &ana, PASSWORD, Some("")).expect(401).text("/code"), "wrong_code");
    let signed_in = sign_in(&api, &ana, PASSWORD, Some(&totp.code(1))).expect(200);
    let refresh = json!({ "refresh_token": signed_in.text("/refresh_token") });
    api.post("/auth/refresh", refresh).send().expect(200);

    let mut superuser = database::superuser(&api.database_url).await;
    let rows: Vec<String> = sqlx::query_scalar(
        "select payload::text from events union all select to_jsonb(f)::text from second_factors f
         union all select to_jsonb(c)::text from recovery_codes c",
    )
    .fetch_all(&mut superuser)
    .await
    .expect("rows");
    let code = confirmed.text("/recovery_codes/0");
    let plain = [secret, code.clone(), code.replace('-', "").to_uppercase()];
    assert!(!rows.iter().any(|row| plain.iter().any(|secret| row.contains(secret.as_str()))));

    // Who knows the password does not go through all codes.
    let tries = (0..20).map(|_| sign_in(&api, &ana, PASSWORD, Some("no code")).status);
    assert!(tries.collect::<Vec<_>>().contains(&429));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_and_none_before_it_counts_any_more() {
    let api = TestApi::start().await;
    let ana = api.person();
    let (totp, recovery) = enrol(&api, &ana).await;
    let (earlier, code, later) = (totp.code(-1), totp.code(0), totp.code(1));
    assert_eq!(let_in(&api, &ana, &code), 1);
    for spent in [&code, &earlier] {
        assert_eq!(sign_in(&api, &ana, PASSWORD, Some(spent)).expect(401).text("/code"), "wrong_code");
    }
    sign_in(&api, &ana, PASSWORD, Some(&later)).expect(200);

    assert_eq!(let_in(&api, &ana, &recovery[0]), 1);
    sign_in(&api, &ana, PASSWORD, Some(&recovery[0])).expect(401);
    let left = || api.get("/auth/totp").by(&ana).send().expect(200).at("/recovery_codes_left");
    assert_eq!(left(), 9);
    steps_pass(&api).await;
    let renew = |code: &str| api.post("/auth/totp/recovery-codes", json!({ "code": code })).by(&ana).send();
    renew("123").expect(403);
    let renewed = renew(&totp.code(0)).expect(200);
    assert_eq!(left(), 10);
    sign_in(&api, &ana, PASSWORD, Some(&recovery[1])).expect(401);
    sign_in(&api, &ana, PASSWORD, Some(&renewed.text("/recovery_codes/1").to_uppercase())).expect(200);
    let types = events(&api).await;
    let expected = [
        "user.second_factor_added",
        "user.recovery_code_used",
        "user.recovery_codes_renewed",
        "user.recovery_code_used",
    ];
    assert_eq!(types[1..], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_reset_nor_an_open_session_gets_past_the_second_factor() {
    let api = TestApi::start_with(&[mailbox::KEPT]).await;
    let ana = api.person();
    let (totp, recovery) = enrol(&api, &ana).await;
    api.post("/auth/password/forgotten", json!({ "identifier": ana.email })).send().expect(202);
    let token = mailbox::token(&api, &ana.email, "Another password", 1);
    let body = json!({ "token": token, "password": NEW });
    api.post("/auth/password/reset", body).send().expect(204);
    assert_eq!(sign_in(&api, &ana, NEW, None).expect(401).text("/code"), "code_required");
    let token = sign_in(&api, &ana, NEW, Some(&totp.code(0))).expect(200).text("/access_token");

    // What is sensitive needs a password of late, which needs a code; removing needs another code.
    later::by(&api.database_url, "11 minutes").await;
    let prove = |body: Value| api.post("/auth/prove", body).bearer(&token).send();
    let remove =
        |code: &str| api.call("DELETE", "/auth/totp").json(json!({ "code": code })).bearer(&token).send();
    assert_eq!(remove(&totp.code(1)).expect(403).text("/code"), "reauth_required");
    assert_eq!(prove(json!({ "password": NEW })).expect(403).text("/code"), "code_required");
    assert_eq!(prove(json!({ "password": NEW, "code": "1" })).expect(403).text("/code"), "wrong_code");
    prove(json!({ "password": NEW, "code": totp.code(1) })).expect(204);
    assert_eq!(remove(&totp.code(1)).expect(403).text("/code"), "wrong_code");
    remove(&recovery[0]).expect(204);
    assert_eq!(remove(&recovery[1]).expect(409).text("/code"), "no_second_factor");
    sign_in(&api, &ana, NEW, None).expect(200);

    for subject in ["asks for a code now", "recovery code for Airtide was used", "asks for no code any more"]
    {
        let is_there = || !mailbox::about(&api, &ana.email, subject).is_empty();
        assert!(wait::is_true_within(support::workers::SOON, is_there), "no mail about {subject:?}");
    }
}
