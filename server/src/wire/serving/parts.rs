//! What handlers need, made of the configuration.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::Files;
use api::access::{BootstrapTokens, OperatorTokens};
use api::identity::kept::{KeptTables, SigningKeyRows};
use api::identity::signing::{self, SigningKeys};
use api::identity::tokens::Tokens;
use api::identity::{Hasher, Identity, IdentitySettings, RefreshTokens, VerifyEmail};
use api::limits::{Limits, LimitsOptions};
use api::ops::{Ops, OpsOptions, Places};
use eventstore::Log;
use eventstore::attachment_links::AttachmentLinks;
use eventstore::mailed_links::MailedLinks;
use eventstore::operations::Operations;
use eventstore::second_factors::SecondFactors;
use eventstore::webhook_secrets::WebhookSecrets;

use crate::config::Config;
use crate::doctor::Patient;
use crate::failure::Failure;
use crate::outgoing;
use crate::replaying::Replaying;
use crate::wire;

pub fn identity(
    config: &Config,
    log: &Log,
    kept: KeptTables,
    listening: &[SocketAddr],
) -> Result<Identity, Failure> {
    let settings = &config.identity;
    let verify_email = if settings.verify_email_required { VerifyEmail::Required } else { VerifyEmail::Off };
    Ok(Identity {
        kept,
        second_factors: SecondFactors::open(config.database.url()?.reveal(), log.keys())?,
        webhook_secrets: WebhookSecrets::open(config.database.url()?.reveal(), log.keys())?,
        web: outgoing::web_client(config, listening)?,
        hasher: Hasher::start()?,
        tokens: Arc::new(Tokens::new(log.keys().token_signing(), &settings.issuer)?),
        bootstrap_tokens: BootstrapTokens::new(&log.keys().bootstrap_signing(), &settings.issuer)?,
        mailed_links: MailedLinks::of(&log.keys()),
        refresh_tokens: RefreshTokens::new(&log.keys().refresh_tokens()),
        settings: IdentitySettings {
            verify_email,
            password_length_min: settings.password_length_min,
            // Nobody lives to see more.
            closing_grace: Duration::from_hours(24 * settings.closing_grace_days.min(36_500)),
        },
    })
}

pub async fn signing_keys(
    config: &Config,
    log: &Log,
    kept: &KeptTables,
    identity: &Identity,
) -> Result<SigningKeys, Failure> {
    let rows = SigningKeyRows::new(kept.clone(), log.keys());
    let operations = Operations::by(log.executor(), signing::ACTOR);
    let (age, tokens) = (config.identity.signing_key_age, Arc::clone(&identity.tokens));
    Ok(SigningKeys::start(rows, log.keys().token_signing(), age, tokens, operations).await?)
}

pub fn limits(config: &Config, log: &Log, kept: KeptTables) -> Limits {
    let proxies = config.http.trusted_proxies.clone();
    Limits::new(LimitsOptions {
        settings: config.limits.clone(),
        kept,
        executor: log.executor(),
        is_proxy: Box::new(move |address| proxies.iter().any(|network| network.contains(address))),
    })
}

pub async fn files(config: &Config, log: &Log) -> Result<Files, Failure> {
    Ok(Files {
        blobs: wire::files::opened(&config.files).await?,
        links: AttachmentLinks::of(&log.keys()),
        origin: config.files.origin.clone(),
        behind_tls: config.http.behind_tls,
    })
}

pub async fn ops(config: &Config, log: &Log) -> Result<Ops, Failure> {
    let patient = Patient::of(config);
    let ops = Ops::open(OpsOptions {
        tokens: OperatorTokens::new(&log.keys().operator_signing(), &config.identity.issuer)?,
        places: Places {
            database_url: config.database.url()?.reveal().to_owned(),
            nats_url: config.nats.url().ok().map(|url| url.reveal().to_owned()),
            keys_dir: config.keys.dir.clone(),
            checkpoints: config.checkpoints(),
            exports: config.ops.exports_dir.clone(),
        },
        reader: log.reader(),
        alarms: log.source().alarms().clone(),
        doctor: Arc::new(patient),
        replays: Arc::new(Replaying { database_url: config.database.url()?.reveal().to_owned() }),
        workers: workers::NAMES,
    });
    Ok(ops.await?)
}
