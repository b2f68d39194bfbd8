//! Mails that events owe to people: at most once each, because nobody wants to be greeted twice.

mod links;
pub mod message;
mod owed;

pub use links::Links;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::identity::ports::{Mail, MailFault, Mailer};
use domain::personal::Personal;
use eventstore::event::Recorded;
use eventstore::read::{Reader, StateFault};
use eventstore::work::Owed;

use crate::runtime::{Effect, Outcome, Owes, Retry, Task, Worker};

pub struct SendMail {
    reader: Reader,
    links: Links,
    /// Nothing where no mails are wanted.
    mailer: Option<Arc<dyn Mailer>>,
    has_warned: AtomicBool,
}

impl SendMail {
    pub fn new(reader: Reader, links: Links, mailer: Option<Arc<dyn Mailer>>) -> Self {
        Self { reader, links, mailer, has_warned: AtomicBool::new(false) }
    }

    async fn mail(&self, task: &Task) -> Result<Option<Mail>, StateFault> {
        let Some(owing) = owed::owing(&self.reader, &self.links, &task.event).await? else {
            return Ok(None);
        };
        // Whoever was erased meanwhile has no address any more.
        let Some(address) = owing.address.get() else {
            return Ok(None);
        };
        let name = owing.name.as_ref().and_then(Personal::get).map(String::as_str);
        let reader = message::Reader { address, name };
        Ok(Some(owing.message.to(task.effect_id.to_string(), &reader)))
    }

    /// Once, because it holds for every mail.
    fn warn(&self) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!("no mailer is configured: mails are skipped; mail.smtp_url names a server");
        }
    }
}

impl Worker for SendMail {
    const NAME: &'static str = "send_mail";
    const EFFECT: Effect = Effect::AtMostOnce;
    const RETRY: Retry = Retry::A_DAY;

    async fn carry_out(&self, task: Task) -> Outcome {
        let Some(mailer) = &self.mailer else {
            self.warn();
            return Outcome::Skipped("no mailer is configured".into());
        };
        let mail = match self.mail(&task).await {
            Ok(Some(mail)) => mail,
            Ok(None) => return Outcome::Skipped("there is nobody to write to".into()),
            Err(fault) => return Outcome::failed(eventstore::chain_of(&fault)),
        };
        match mailer.send(&mail).await {
            Ok(_) => Outcome::Done,
            Err(fault @ MailFault::Later(_)) => Outcome::failed(fault.to_string()),
            Err(fault @ MailFault::Never(_)) => Outcome::Park(fault.to_string()),
            Err(fault @ MailFault::Unknown(_)) => Outcome::Unknown(fault.to_string()),
        }
    }
}

impl Owes for SendMail {
    fn owes(event: &Recorded) -> Vec<Owed> {
        if owed::TYPES.contains(&event.event_type.as_str()) {
            vec![Owed::of(&event.stream.tenant, event.position, event.stream.id.as_str())]
        } else {
            Vec::new()
        }
    }
}
