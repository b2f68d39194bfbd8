//! Who somebody is comes from what they prove and from nothing else that a request says.

use serde_json::json;
use support::api::{PASSWORD, TestApi};

/// B1: a user name is never an address, so nobody can be called as somebody else signs in.
#[tokio::test(flavor = "multi_thread")]
async fn b1_a_user_name_is_never_an_address() {
    let api = TestApi::shared().await;
    let (ana, mallory) = (api.person(), api.person());
    let register = json!({ "email": "m@example.org", "username": ana.email, "password": PASSWORD });
    let refused = api.post("/auth/register", register).send().expect(422);
    assert_eq!(refused.text("/errors/0/code"), "bad_username");
    let rename = json!({ "username": ana.email });
    let refused = api.call("PUT", "/auth/profile").json(rename).by(&mallory).send().expect(422);
    assert_eq!(refused.text("/errors/0/code"), "bad_username");
    assert_eq!(api.sign_in(&ana.email).text("/user/id"), ana.user);
}

/// B4: nobody does anything for somebody else by naming them.
#[tokio::test(flavor = "multi_thread")]
async fn b4_a_body_names_nobody() {
    let api = TestApi::shared().await;
    let (ana, mallory) = (api.person(), api.person());
    for (method, path, body) in [
        ("PUT", "/auth/profile", json!({ "name": "Mallory" })),
        (
            "PUT",
            "/auth/password",
            json!({ "current_password": PASSWORD, "new_password": "a lantern by the gate" }),
        ),
        ("PUT", "/auth/email", json!({ "email": "m@example.org", "password": PASSWORD })),
        ("POST", "/v1/workspaces", json!({ "name": "Orders" })),
        ("POST", "/auth/tenant", json!({ "tenant": mallory.tenant })),
    ] {
        for field in ["user", "user_id", "owner", "tenant_id", "role", "version"] {
            let mut named = body.clone();
            named[field] = json!(ana.user);
            let refused = api.call(method, path).json(named).by(&mallory).send().expect(422);
            assert_eq!(refused.text("/errors/0/code"), "unknown_field", "{path} {field}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_name_somebody_change_nothing() {
    let api = TestApi::shared().await;
    let (ana, mallory) = (api.person(), api.person());
    for header in ["x-user-id", "x-tenant", "x-forwarded-user", "x-remote-user"] {
        let answer = api.get("/auth/profile").header(header, &ana.user).by(&mallory).send().expect(200);
        assert_eq!(answer.text("/id"), mallory.user);
        api.get("/auth/profile").header(header, &ana.user).send().expect(401);
    }
}
