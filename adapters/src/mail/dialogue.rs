//! What is said to a mail server, and what its answers mean.

use std::time::Duration;

use domain::identity::ports::MailFault;
use lettre::address::{Address, Envelope};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};

use super::server::{Security, SmtpServer};

/// For everything before the text of the mail: nothing is lost when it is given up.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// For the text and the answer to it. Given up too soon, the outcome is unknown; servers take their time here.
const TAKEN_WITHIN: Duration = Duration::from_secs(120);
const LEFT_WITHIN: Duration = Duration::from_secs(2);

const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

pub struct Dialogue {
    connection: AsyncSmtpConnection,
}

impl Dialogue {
    /// A connection that may be used: encrypted and logged in to, where that is wanted.
    pub async fn open(server: &SmtpServer, own_name: &str) -> Result<Self, MailFault> {
        in_time(open(server, own_name)).await.map(|connection| Self { connection })
    }

    /// From whom and to whom. What a server says against the receiver, it says for good.
    pub async fn announce(&mut self, envelope: &Envelope) -> Result<(), MailFault> {
        in_time(async {
            let parameters = self.parameters(envelope)?;
            let mail = Mail::new(envelope.from().cloned(), parameters);
            self.connection.command(mail).await.map_err(|error| later("the sender", &error))?;
            for to in envelope.to() {
                let receiver = Rcpt::new(to.clone(), Vec::new());
                self.connection.command(receiver).await.map_err(|error| refused("the receiver", &error))?;
            }
            self.connection.command(Data).await.map_err(|error| refused("the mail", &error))?;
            Ok(())
        })
        .await
    }

    fn parameters(&self, envelope: &Envelope) -> Result<Vec<MailParameter>, MailFault> {
        let mut addresses = envelope.to().iter().chain(envelope.from());
        if addresses.all(|address| <Address as AsRef<str>>::as_ref(address).is_ascii()) {
            return Ok(Vec::new());
        }
        match self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            true => Ok(vec![MailParameter::SmtpUtfEight]),
            false => Err(MailFault::Never("the server takes addresses in ASCII only".into())),
        }
    }

    /// The text. Once it is on its way, only an answer tells whether it was taken.
    pub async fn deliver(&mut self, text: &[u8]) -> Result<(), MailFault> {
        match tokio::time::timeout(TAKEN_WITHIN, self.connection.message(text)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.status().is_some() => Err(refused("the mail", &error)),
            Ok(Err(_)) => Err(MailFault::Unknown("the connection broke before the server answered".into())),
            Err(_) => Err(MailFault::Unknown("the server did not answer in time".into())),
        }
    }

    pub async fn leave(&mut self) {
        let _ = tokio::time::timeout(LEFT_WITHIN, self.connection.quit()).await;
    }
}

async fn open(server: &SmtpServer, own_name: &str) -> Result<AsyncSmtpConnection, MailFault> {
    let own_name = ClientId::Domain(own_name.to_owned());
    let place = (server.host.as_str(), server.port);
    let wrapping = match server.security {
        Security::Wrapped => Some(tls(server)?),
        _ => None,
    };
    let mut connection = AsyncSmtpConnection::connect_tokio1(place, None, &own_name, wrapping, None)
        .await
        .map_err(|error| later("the connection", &error))?;
    if server.security == Security::Upgraded {
        let upgrading = connection.starttls(tls(server)?, &own_name);
        upgrading.await.map_err(|error| later("STARTTLS", &error))?;
    }
    if let Some(login) = &server.login {
        let credentials = Credentials::new(login.user.clone(), login.password.reveal().clone());
        let logging_in = connection.auth(&MECHANISMS, &credentials);
        logging_in.await.map_err(|error| later("the login", &error))?;
    }
    Ok(connection)
}

fn tls(server: &SmtpServer) -> Result<TlsParameters, MailFault> {
    TlsParameters::new_rustls(server.host.clone()).map_err(|error| later("TLS", &error))
}

async fn in_time<T>(work: impl Future<Output = Result<T, MailFault>>) -> Result<T, MailFault> {
    let late = || MailFault::Later("the server did not answer in time".into());
    tokio::time::timeout(READY_WITHIN, work).await.unwrap_or_else(|_| Err(late()))
}

/// A fault that is not the mail's: of the network, of the server, or of how it is spoken to.
fn later(what: &str, error: &Error) -> MailFault {
    MailFault::Later(told(what, error))
}

/// An answer to this very mail: a server that will never take it says so.
fn refused(what: &str, error: &Error) -> MailFault {
    match error.is_permanent() {
        true => MailFault::Never(told(what, error)),
        false => MailFault::Later(told(what, error)),
    }
}

/// Servers like to repeat addresses in their answers, so only the number is told.
fn told(what: &str, error: &Error) -> String {
    match error.status() {
        Some(code) => format!("{what} was answered with {code}"),
        None if error.is_timeout() => format!("{what} timed out"),
        None => format!("{what} failed"),
    }
}
