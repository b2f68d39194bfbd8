//! A mail as it is written down for servers.

use domain::identity::ports::{Mail, MailFault};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, SinglePart};

pub fn of(mail: &Mail, from: &Mailbox) -> Result<Message, MailFault> {
    // What the parser says of an address quotes it.
    let to: lettre::Address =
        mail.to.parse().map_err(|_| MailFault::Never("the address is none that servers take".into()))?;
    Message::builder()
        .message_id(Some(id_of(mail, from)))
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone()))
        .map_err(|_| MailFault::Never("the mail cannot be written down".into()))
}

/// The same work makes the same name: a receiver that is sent it twice can tell.
pub fn id_of(mail: &Mail, from: &Mailbox) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let name: String = mail.id.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
    format!("<{name}@{}>", from.email.domain())
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
