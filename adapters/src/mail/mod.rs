//! Mails by SMTP: each on a connection of its own, step by step, because what a fault means depends on the step. Up to
//! the end of the text nothing was sent; after it, only the server's answer tells.

mod dialogue;
mod message;
mod server;
#[cfg(test)]
mod tests;

pub use server::{BadSmtpUrl, SmtpServer};

use async_trait::async_trait;
use domain::identity::ports::{Mail, MailFault, Mailer, Sent};
use lettre::message::Mailbox;

use dialogue::Dialogue;

/// The sender is no mail address.
#[derive(Debug, thiserror::Error)]
#[error("is no sender; one is an address, or a name and an address, as Airtide <no-reply@example.org>")]
pub struct BadSender;

pub struct SmtpMailer {
    server: SmtpServer,
    from: Mailbox,
}

impl SmtpMailer {
    pub fn new(server: SmtpServer, from: &str) -> Result<Self, BadSender> {
        Ok(Self { server, from: from.parse().map_err(|_| BadSender)? })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<Sent, MailFault> {
        let message = message::of(mail, &self.from)?;
        let mut dialogue = Dialogue::open(&self.server, self.from.email.domain()).await?;
        dialogue.announce(message.envelope()).await?;
        dialogue.deliver(&message.formatted()).await?;
        // Taken over is taken over: how the farewell goes does not matter.
        dialogue.leave().await;
        Ok(Sent { message_id: message::id_of(mail, &self.from) })
    }
}
