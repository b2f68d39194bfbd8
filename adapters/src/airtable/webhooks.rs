//! Webhooks. They share the pace of their base.

use async_trait::async_trait;
use domain::bases::ids::{BaseId, WebhookId};
use domain::bases::ports::{Fault, HookFound, HookMade, PAYLOADS_MAX, PayloadPage, Specification, Webhooks};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::Connection;
use super::call::Call;

const HOOKS: &str = "/v0/bases/{base}/webhooks";
const HOOK: &str = "/v0/bases/{base}/webhooks/{webhook}";
const NOTIFICATIONS: &str = "/v0/bases/{base}/webhooks/{webhook}/enableNotifications";
const REFRESH: &str = "/v0/bases/{base}/webhooks/{webhook}/refresh";
const PAYLOADS: &str = "/v0/bases/{base}/webhooks/{webhook}/payloads";

#[derive(Deserialize)]
struct Hooks {
    webhooks: Vec<HookFound>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refreshed {
    expiration_time: Option<Timestamp>,
}

#[async_trait]
impl Webhooks for Connection {
    async fn create_hook(
        &self,
        base: BaseId,
        notification_url: Option<&str>,
        specification: &Specification,
    ) -> Result<HookMade, Fault> {
        let mut body = json!({ "specification": { "options": specification } });
        if let Some(url) = notification_url {
            body["notificationUrl"] = json!(url);
        }
        let call = Call::new("create_webhook", Method::POST, HOOKS, &[base.as_str()]).of(base);
        self.ask(call.json(&body)?).await
    }

    async fn hooks(&self, base: BaseId) -> Result<Vec<HookFound>, Fault> {
        let call = Call::new("list_webhooks", Method::GET, HOOKS, &[base.as_str()]).of(base);
        Ok(self.ask::<Hooks>(call).await?.webhooks)
    }

    async fn delete_hook(&self, base: BaseId, hook: WebhookId) -> Result<(), Fault> {
        self.tell(on_hook("delete_webhook", Method::DELETE, HOOK, base, hook)).await
    }

    async fn enable_notifications(&self, base: BaseId, hook: WebhookId, enable: bool) -> Result<(), Fault> {
        let call = on_hook("enable_notifications", Method::POST, NOTIFICATIONS, base, hook);
        self.tell(call.json(&json!({ "enable": enable }))?).await
    }

    async fn refresh_hook(&self, base: BaseId, hook: WebhookId) -> Result<Option<Timestamp>, Fault> {
        let call = on_hook("refresh_webhook", Method::POST, REFRESH, base, hook);
        Ok(self.ask::<Refreshed>(call).await?.expiration_time)
    }

    async fn payloads(&self, base: BaseId, hook: WebhookId, cursor: u64) -> Result<PayloadPage, Fault> {
        let call = on_hook("list_payloads", Method::GET, PAYLOADS, base, hook);
        self.ask(call.with("cursor", cursor.to_string()).with("limit", PAYLOADS_MAX.to_string())).await
    }
}

fn on_hook(
    operation: &'static str,
    method: Method,
    route: &'static str,
    base: BaseId,
    hook: WebhookId,
) -> Call {
    Call::new(operation, method, route, &[base.as_str(), hook.as_str()]).of(base)
}
