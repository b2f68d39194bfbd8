//! The ways out of this program, made from its configuration.

use std::net::SocketAddr;
use std::sync::Arc;

use adapters::airtable;
use adapters::http::{EgressPolicy, GuardedClient};
use adapters::mail::{SmtpMailer, SmtpServer};
use api::dev::DevMailbox;
use domain::identity::ports::Mailer;
use url::Url;

use crate::config::{Config, Mail, MetricsPlace, Mistakes, Secret};
use crate::failure::Failure;

/// Where Postgres and NATS are when their URLs do not say.
const POSTGRES_PORT: u16 = 5432;
const NATS_PORT: u16 = 4222;
/// How many bases one person may read from at the full pace of each: Airtable's limits say so.
const BASES_OF_A_PERSON: f64 = 10.0;

/// Speaks to what users name. `listening`: where this process itself is spoken to, besides what is configured.
pub fn web_client(config: &Config, listening: &[SocketAddr]) -> Result<Arc<GuardedClient>, Failure> {
    if !config.egress.allow.is_empty() {
        tracing::warn!("egress.allow opens private networks to whoever may add a webhook");
    }
    let policy = EgressPolicy::new(config.egress.allow.clone(), own_ports(config, listening));
    Ok(Arc::new(GuardedClient::new(policy)?))
}

/// Speaks to Airtable. All roles of a process share one, because it keeps the pace.
pub fn airtable(config: &Config, listening: &[SocketAddr]) -> Result<airtable::Client, Failure> {
    let mistake = |error: airtable::NoRoot| Mistakes(vec![format!("airtable.root {error}")]);
    let hosts = airtable::Hosts::of(&config.airtable.root).map_err(mistake)?;
    let per_base = config.airtable.requests_per_minute as f64 / 60.0;
    let policy = EgressPolicy::new(config.egress.allow.clone(), own_ports(config, listening));
    Ok(airtable::Client::new(
        hosts,
        airtable::Settings {
            pace: airtable::Pace { per_base, per_person: per_base * BASES_OF_A_PERSON },
            metrics: airtable::Metrics::default(),
            time: Arc::new(airtable::RealTime),
            files: GuardedClient::new(policy)?,
        },
    )?)
}

/// Sends mails, or keeps them for developers; nothing where no mails are wanted.
pub fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, Failure> {
    match &config.mail {
        Mail::Sent { smtp_url, from } => Ok(Some(Arc::new(smtp(smtp_url, from.as_deref())?))),
        Mail::Kept => Ok(mailbox(config)?.map(|mailbox| Arc::new(mailbox) as Arc<dyn Mailer>)),
        Mail::Skipped => Ok(None),
    }
}

fn smtp(url: &Secret, from: Option<&str>) -> Result<SmtpMailer, Mistakes> {
    let mistake = |text: String| Mistakes(vec![text]);
    let server =
        SmtpServer::parse(url.reveal()).map_err(|error| mistake(format!("mail.smtp_url {error}")))?;
    let from = from.ok_or_else(|| mistake("mail.from is not set, and mail.smtp_url needs it".into()))?;
    SmtpMailer::new(server, from).map_err(|error| mistake(format!("mail.from {error}")))
}

/// Where developers look at mails, if that is where mails go.
pub fn mailbox(config: &Config) -> Result<Option<DevMailbox>, Failure> {
    match config.mail {
        Mail::Kept => Ok(Some(DevMailbox::open(config.database.url()?.reveal())?)),
        Mail::Sent { .. } | Mail::Skipped => Ok(None),
    }
}

fn own_ports(config: &Config, listening: &[SocketAddr]) -> Vec<u16> {
    let metrics = match config.http.metrics {
        MetricsPlace::Own(address) => Some(address.port()),
        MetricsPlace::Main | MetricsPlace::Off => None,
    };
    let addresses = config.http.listen.iter().chain(listening).map(SocketAddr::port);
    let databases = ports_of(config.database.url().ok(), POSTGRES_PORT);
    let brokers = ports_of(config.nats.url().ok(), NATS_PORT);
    addresses.chain(metrics).chain(databases).chain(brokers).collect()
}

/// The ports of one server, or of several separated by commas.
fn ports_of(urls: Option<&Secret>, usual: u16) -> Vec<u16> {
    let ports = |urls: &Secret| {
        let each = urls.reveal().split(',');
        each.map(|url| Url::parse(url.trim()).ok().and_then(|url| url.port()).unwrap_or(usual)).collect()
    };
    urls.map(ports).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    #[test]
    fn the_ports_of_this_deployment_are_known() {
        let variables = [
            ("AIRTIDE__HTTP__LISTEN", "127.0.0.1:8000,[::1]:8001"),
            ("DATABASE_URL", "postgres://me:secret@host:6000/db"),
            ("NATS_URL", "nats://one:4223,nats://two"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let config = Config::load(Sources { file: None, variables, flags: Vec::new() });
        let listening = ["127.0.0.1:9000".parse().unwrap()];
        let ports = own_ports(&config.ok().unwrap(), &listening);
        assert_eq!(ports, [8000, 8001, 9000, 9464, 6000, 4223, 4222]);
    }
}
