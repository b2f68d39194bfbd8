//! `POST /auth/tenant`, and the tenant that signing in leads to.

use domain::identity::{Role, TenantId, UserId};
use eventstore::execute::Request;
use serde_json::json;
use support::api::{PASSWORD, Person, TestApi};
use support::log::TestLog;

/// Ana becomes a viewer of Bob's tenant.
async fn let_in(api: &TestApi, ana: &Person, bob: &Person) {
    let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
    let (tenant, user) =
        (TenantId::new(bob.tenant.as_str()).unwrap(), UserId::new(ana.user.as_str()).unwrap());
    let plan = api::identity::members::add(&tenant, &user, Role::Viewer, Default::default()).unwrap();
    log.executor().execute(&Request::new(tenant, bob.user.as_str()), plan).await.unwrap();
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_in_another_tenant_of_the_person() {
    let api = TestApi::shared().await;
    let (ana, bob) = (api.person(), api.person());
    let exchange =
        |token: &str| api.post("/auth/tenant", json!({ "tenant": bob.tenant })).bearer(token).send();
    assert_eq!(exchange(&ana.token).expect(403).text("/code"), "not_a_member");

    let_in(&api, &ana, &bob).await;
    let exchanged = exchange(&ana.token).expect(200);
    assert_eq!((exchanged.text("/tenant"), exchanged.text("/role")), (bob.tenant.clone(), "viewer".into()));
    let verified = api.get("/auth/verify").bearer(&exchanged.text("/access_token")).send().expect(200);
    assert_eq!(verified.text("/tenant"), bob.tenant);
    // The old token is still good, for its own tenant.
    assert_eq!(api.get("/auth/verify").by(&ana).send().expect(200).text("/tenant"), ana.tenant);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_the_tenant_used_last_or_the_one_asked_for() {
    let api = TestApi::shared().await;
    let (ana, bob) = (api.person(), api.person());
    let_in(&api, &ana, &bob).await;
    assert_eq!(api.sign_in(&ana.email).text("/tenant"), ana.tenant);
    let body = json!({ "email": ana.email, "password": PASSWORD, "tenant": bob.tenant });
    assert_eq!(api.post("/auth/login", body).send().expect(200).text("/tenant"), bob.tenant);
    assert_eq!(api.sign_in(&ana.email).text("/tenant"), bob.tenant);

    let body = json!({ "email": bob.email, "password": PASSWORD, "tenant": ana.tenant });
    assert_eq!(api.post("/auth/login", body).send().expect(403).text("/code"), "not_a_member");
}
