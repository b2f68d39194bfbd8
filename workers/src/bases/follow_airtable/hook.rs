//! The hook through which Airtable tells what happened to a base. Each base has one of its own, for everything in it.

use domain::bases::base_sync::{BaseSyncCommand, Details, Standing};
use domain::bases::ids::WebhookId;
use domain::bases::ports::{Fault, Includes, Specification, Watched};
use eventstore::airtable_secrets::Owner;
use eventstore::chain_of;
use jiff::Timestamp;
use serde_json::json;

use super::names;
use super::rhythm::HOOKS;
use super::turn::{Broken, Known, Stepped, Turn};

/// Airtable's word for a hook that is not there, or is none of ours.
const NOT_THERE: [u16; 2] = [403, 404];

impl Turn<'_> {
    /// The secret is kept before an event names it. A hook whose event was never written tells nobody anything, and dies of age.
    pub async fn take_hook(&mut self, known: &Known) -> Stepped {
        let url = self.notified_at();
        self.delete_stray(known, url.as_deref()).await?;
        let made =
            known.connected.create_hook(known.details.airtable_id, url.as_deref(), &everything()).await;
        let made = match made {
            Ok(made) => made,
            Err(fault @ Fault::Refused(_)) => {
                tracing::info!(error = chain_of(&fault), "Airtable gives no hook for a base");
                self.denied_a_hook();
                return Ok(());
            }
            Err(fault) => return Err(fault.into()),
        };
        let secret = names::new_secret().map_err(|_| Broken::ForGood("no_id"))?;
        let owner = Owner { tenant: &self.tenant, owner: self.base.as_str() };
        self.worker.secrets.keep(owner, &secret, &made.mac_secret).await?;
        let take = BaseSyncCommand::TakeHook {
            hook: made.id,
            secret: secret.clone(),
            expires_at: made.expiration_time,
        };
        self.tell_at(&known.sync, take).await?;
        if let Err(error) = self.worker.secrets.mark_named(owner, &secret).await {
            tracing::warn!(error = chain_of(&error), "a secret of a hook is not marked yet");
        }
        Ok(())
    }

    /// Hooks that somebody made for this base and died before they wrote it down.
    async fn delete_stray(&self, known: &Known, url: Option<&str>) -> Stepped {
        let id = known.details.airtable_id;
        let hooks = match known.connected.hooks(id).await {
            Err(Fault::Refused(_)) => return Ok(()),
            hooks => hooks?,
        };
        let ours = hooks.iter().filter(|hook| url.is_some() && hook.notification_url.as_deref() == url);
        for stray in ours {
            known.connected.delete_hook(id, stray.id).await?;
        }
        Ok(())
    }

    /// Only ids stand in the address: whoever guesses one still has to know the secret.
    fn notified_at(&self) -> Option<String> {
        let root = self.worker.rhythm.notified_at.as_ref()?;
        Some(format!("{root}{HOOKS}/{}/{}", self.tenant, self.base))
    }

    pub async fn refresh_hook(&self, known: &Known) -> Stepped {
        let Some(hook) = &known.details.hook else { return Ok(()) };
        if hook.expires_at.is_some_and(|at| at <= Timestamp::now()) {
            // It may have told nothing for a while, and would tell on as if nothing were missing.
            return self.lose_hook(known, hook.id, "hook_expired").await;
        }
        match known.connected.refresh_hook(known.details.airtable_id, hook.id).await {
            Ok(expires_at) => {
                let expires_at = expires_at.or(hook.expires_at);
                self.tell_at(&known.sync, BaseSyncCommand::RefreshHook { hook: hook.id, expires_at }).await
            }
            Err(fault) if is_gone(&fault) => self.lose_hook(known, hook.id, "hook_gone").await,
            Err(fault) => Err(fault.into()),
        }
    }

    /// What it did not tell is found by reading everything again.
    pub async fn lose_hook(&self, known: &Known, hook: WebhookId, code: &str) -> Stepped {
        tracing::warn!(code, "the hook of a base is lost; everything is read again");
        // It would count among the few that a base may have. Mostly it is gone already.
        let _ = known.connected.delete_hook(known.details.airtable_id, hook).await;
        self.tell(BaseSyncCommand::AskResync).await?;
        self.tell(BaseSyncCommand::LoseHook { hook, code: code.to_owned() }).await
    }

    /// A base that is not followed any more needs no hook. What cannot be deleted dies of age.
    pub async fn put_down(&self, details: &Details) {
        if details.standing != Standing::Ended {
            return;
        }
        self.forget_contact().await;
        let Some(hook) = &details.hook else { return };
        let Ok(connected) = self.connect(&details.connection).await else { return };
        if let Err(fault) = connected.delete_hook(details.airtable_id, hook.id).await {
            tracing::info!(error = chain_of(&fault), "the hook of a base that ended is left");
        }
    }
}

pub fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused(refused) if NOT_THERE.contains(&refused.status))
}

/// No field is named: a hook dies with a field that it watches.
fn everything() -> Specification {
    let data_types = ["tableData", "tableFields", "tableMetadata"].map(str::to_owned).to_vec();
    let includes = Includes {
        include_cell_values_in_field_ids: Some(json!("all")),
        include_previous_cell_values: Some(true),
        include_previous_field_definitions: Some(true),
    };
    Specification { filters: Watched { data_types, ..Watched::default() }, includes: Some(includes) }
}
