//! Taking over what a hook tells, one payload after another: its changes and its number in one unit. Nobody trusts what a ping says, and
//! several of them are one drain.

mod afar;
mod payload;

use domain::bases::base_sync::{BaseSyncCommand, Hook};
use domain::bases::ids::WebhookId;
use domain::bases::ports::{Fault, Payload, PayloadPage};
use jiff::Timestamp;

use super::hook::is_gone;
use super::turn::{Broken, Known, Stepped, Turn};

/// One payload that was told under a number.
struct Told {
    number: u64,
    payload: Payload,
}

impl Turn<'_> {
    /// Whether all that the hook had to tell was taken over.
    pub async fn drain(&self, known: &Known) -> Result<bool, Broken> {
        let Some(hook) = &known.details.hook else { return Ok(false) };
        let lost = async |code| self.lose_hook(known, hook.id, code).await.map(|()| false);
        let mut cursor = hook.cursor;
        loop {
            let page = known.connected.payloads(known.details.airtable_id, hook.id, cursor).await;
            let page = match page {
                Err(fault) if is_gone(&fault) => return lost("hook_gone").await,
                Err(fault @ Fault::Refused(_)) => {
                    tracing::warn!(%fault, "a cursor is refused");
                    return lost("cursor_refused").await;
                }
                page => page?,
            };
            let is_silent = page.payloads.is_empty() && !self.has_polled();
            if is_silent && self.told_unheard(known, hook.id, cursor).await? {
                return lost("payloads_lost").await;
            }
            if page.cursor.saturating_sub(cursor) > page.payloads.len() as u64 || page.cursor < cursor {
                return lost("payloads_lost").await;
            }
            let is_last = !page.might_have_more;
            match self.take_payloads(known, hook, cursor, page).await? {
                Some(next) => cursor = next,
                None => return Ok(false),
            }
            if is_last {
                return Ok(true);
            }
        }
    }

    /// Whether what came after a cursor is not told any more, as of a hook that told its last long ago. Of that alone nothing would be
    /// noticed, so each turn asks once. What happens between the questions is told by the last.
    async fn told_unheard(&self, known: &Known, hook: WebhookId, cursor: u64) -> Result<bool, Broken> {
        let id = known.details.airtable_id;
        let hooks = known.connected.hooks(id).await?;
        let next = hooks.iter().find(|found| found.id == hook).map(|found| found.cursor_for_next_payload);
        if next.is_none_or(|next| next <= cursor) {
            return Ok(false);
        }
        Ok(known.connected.payloads(id, hook, cursor).await?.payloads.is_empty())
    }

    /// Where it goes on; nothing when the hook tells nothing any more.
    async fn take_payloads(
        &self,
        known: &Known,
        hook: &Hook,
        cursor: u64,
        page: PayloadPage,
    ) -> Result<Option<u64>, Broken> {
        if page.payloads.is_empty() {
            if known.details.pinged {
                self.tell(drained(hook, cursor, cursor)).await?;
            }
            return Ok(Some(cursor));
        }
        let mut number = cursor;
        for value in &page.payloads {
            let Ok(payload) = Payload::read(value) else {
                // What it says may concern anything.
                self.tell(BaseSyncCommand::AskResync).await?;
                self.tell(drained(hook, number, number + 1)).await?;
                number += 1;
                continue;
            };
            if payload.error {
                let code = payload.code.clone().unwrap_or_else(|| "hook_dead".to_owned());
                self.lose_hook(known, hook.id, &code).await?;
                return Ok(None);
            }
            match self.take_payload(known, hook, Told { number, payload }).await {
                // A table went that it speaks of, which one behind it tells.
                Err(Broken::Airtable(fault)) if is_gone(&fault) => {
                    self.look_again(known, fault).await?;
                    return Ok(None);
                }
                taken => taken?,
            }
            number += 1;
        }
        Ok(Some(number))
    }

    /// By a schema that is read again; where that is as it was, the fault stands.
    async fn look_again(&self, known: &Known, fault: Fault) -> Stepped {
        let before = self.base().await?.version;
        self.adopt_schema(known).await?;
        if self.base().await?.version == before { Err(fault.into()) } else { Ok(()) }
    }
}

fn drained(hook: &Hook, from: u64, to: u64) -> BaseSyncCommand {
    BaseSyncCommand::Drain { hook: hook.id, from, to, at: Timestamp::now() }
}
