//! Whatever a browser is made to open, nothing that somebody wrote is a page in it.

use serde_json::json;
use support::airtide;
use support::api::{Answer, TestApi};

const SCRIPTS: [&str; 4] = [
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "<svg onload=alert(1)>",
    "\"><img src=x onerror=alert(1)>\u{2028}//",
];
const NO_WEB: [&str; 6] = [
    "javascript:alert(1)",
    "JaVaScRiPt://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "blob:https://example.org/x",
];

/// As somebody's browser takes it that was led here.
#[track_caller]
fn is_no_page(answer: &Answer, content_type: &str) {
    assert_eq!(answer.header("content-type"), Some(content_type), "{}", answer.body);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_script_comes_back_as_text() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let opened = |path: &str| api.get(path).header("accept", "text/html,*/*;q=0.8").by(&ana).send();
    for script in SCRIPTS {
        let body = json!({ "name": script, "description": script });
        let path = api.post("/v1/workspaces", body).by(&ana).send().expect(201);
        let found = opened(path.header("location").expect("a place")).expect(200);
        is_no_page(&found, "application/json");
        assert_eq!((found.text("/name").as_str(), found.text("/description").as_str()), (script, script));
        // Nor where it is refused, and shown for that.
        let refused = api.post("/v1/workspaces", json!({ "name": "Orders", script: 1 })).by(&ana).send();
        is_no_page(&refused.expect(422), "application/problem+json");
    }
    is_no_page(&opened("/v1/workspaces/%3Cscript%3E").expect(404), "application/problem+json");
    is_no_page(&opened("/%3Cscript%3Ealert(1)%3C/script%3E").expect(404), "application/problem+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_to_no_page_of_the_web_is_no_url() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let workspace = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let webhooks = format!("/v1/workspaces/{}/webhooks", workspace.text("/id"));
    for url in NO_WEB {
        let refused = api.post(&webhooks, json!({ "url": url })).by(&ana).send().expect(422);
        assert_eq!(refused.text("/errors/0/code"), "bad_url", "{url}");
    }
    for page in NO_WEB {
        let mut show = airtide::command(&["config", "show"]);
        let shown = show.env("AIRTIDE__MAIL__LINK_PAGE", page).output().expect("airtide runs");
        let said = String::from_utf8_lossy(&shown.stderr);
        assert!(!shown.status.success() && said.contains("mail.link_page"), "{page}: {said}");
    }
}
