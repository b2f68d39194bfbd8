//! The composition root: builds what the roles of a process need, in one place and in reading order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::access::{
    ApiKeys, BootstrapTokens, Memberships, OperatorTokens, Refusals, RequiredFactor, Revocations, Standings,
    UsedUp,
};
use api::events::Events;
use api::identity::kept::{KeptTables, SigningKeyRows};
use api::identity::signing::{self, SigningKeys};
use api::identity::tokens::Tokens;
use api::identity::{
    Hasher, Identity, IdentitySettings, RefreshTokens, Sweeper, SweeperOptions, TenantEnds,
    TenantEndsOptions, VerifyEmail, ends_with_its_tenant,
};
use api::limits::{Limits, LimitsOptions};
use api::ops::{Ops, OpsOptions, Places};
use api::{Api, Check, Metrics, Readiness};
use async_trait::async_trait;
use clap::ValueEnum;
use eventstore::broker::Retention;
use eventstore::checkpoints::{RunningSigner, SIGN_EVERY, Signer, SignerOptions};
use eventstore::erasure::{self, Shredder, Standing};
use eventstore::execute::Executor;
use eventstore::keyring::counts::KeyCounts;
use eventstore::mailed_links::MailedLinks;
use eventstore::operations::Operations;
use eventstore::read::Reader;
use eventstore::relay::{Relay, RelayOptions, RunningRelay};
use eventstore::second_factors::SecondFactors;
use eventstore::webhook_secrets::WebhookSecrets;
use eventstore::{Log, LogOptions};
use projections::{Progress, Projections, ProjectionsOptions, RunningProjections, TenantQueries};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use workers::identity::send_mail::Links;
use workers::runtime::{RunningWorkers, WorkersOptions};
use workers::{Inside, Outside};

use crate::config::{Config, Mistakes};
use crate::doctor::Patient;
use crate::failure::Failure;
use crate::listening::HttpServing;
use crate::outgoing;
use crate::replaying::Replaying;
use crate::telemetry;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    All,
    Api,
    Relay,
    Projections,
    Workers,
}

impl Role {
    pub fn is_among(self, wanted: &[Role]) -> bool {
        wanted.contains(&Role::All) || wanted.contains(&self)
    }
}

/// Roles at work in this process.
pub struct Running {
    api: Option<RunningApi>,
    projections: Option<RunningProjections>,
    signer: Option<RunningSigner>,
    tenant_ends: Option<TenantEnds>,
    workers: Option<RunningWorkers>,
    relay: Option<RunningRelay>,
    log: Log,
}

struct RunningApi {
    serving: HttpServing,
    kept: KeptTables,
    second_factors: SecondFactors,
    webhook_secrets: WebhookSecrets,
    queries: TenantQueries,
    ops: Arc<Ops>,
    _sweeper: Sweeper,
    _key_counts: KeyCounts,
    _signing_keys: SigningKeys,
}

/// Connections that queries of read models share.
const QUERY_CONNECTIONS: u32 = 8;

/// Only the API listens; the other roles take no listeners.
pub async fn start(config: &Config, roles: &[Role], listeners: Vec<TcpListener>) -> Result<Running, Failure> {
    let mut log = open_log(config).await?;
    refuse_those_brought_back(config, &log).await?;
    let has_relay = has_relay(config, roles);
    // Whoever relays has read everything already: from the broker it would come later, and cost more.
    if config.nats.is_set() && !has_relay {
        log.read_from_broker(config.nats.url()?.reveal().to_owned());
    }
    let mut registry = Registry::default();
    log.register_metrics(&mut registry);
    let projections = match Role::Projections.is_among(roles) {
        true => Some(start_projections(config, &log, &mut registry).await?),
        false => None,
    };
    // Every deployment has this role and few processes of it; the relay's is missing where there is no broker.
    let signer = match Role::Projections.is_among(roles) {
        true => Some(start_signer(config, &log)?),
        false => None,
    };
    let workers = match Role::Workers.is_among(roles) {
        true => Some(start_workers(config, &log, &listeners, &mut registry).await?),
        false => None,
    };
    let progress = match &projections {
        Some(running) => running.progress(),
        None => Progress::start(config.database.url()?.reveal(), log.head(), projections::all())?,
    };
    // It writes into the ledger, which lies beside what is signed.
    let tenant_ends = match Role::Projections.is_among(roles) {
        true => Some(start_tenant_ends(config, &log, progress.clone())?),
        false => None,
    };
    let relay = match has_relay {
        true => Some(start_relay(config, &log, &mut registry)?),
        false => None,
    };
    let api = match Role::Api.is_among(roles) {
        true => Some(start_api(config, &log, progress, registry, listeners).await?),
        false => None,
    };
    Ok(Running { api, projections, signer, tenant_ends, workers, relay, log })
}

pub async fn open_log(config: &Config) -> Result<Log, Failure> {
    let log = Log::open(LogOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        keys_dir: config.keys.dir.clone(),
        queue_units: config.event_log.queue_units,
        cache_bytes: config.event_log.cache_bytes,
        snapshot_every: eventstore::SNAPSHOT_EVERY,
    });
    Ok(log.await?)
}

/// How the ledger of erasures and the keys of people stand to each other.
pub async fn erasures(config: &Config, log: &Log) -> Result<Standing, Failure> {
    let url = config.database.url()?.reveal();
    Ok(erasure::standing(url, &config.erasures(), log.keys().checkpoint_signing()).await?)
}

/// A restored backup holds keys that were destroyed since. Nothing is served until they are destroyed again; that is left to
/// an operator, since nothing brings back what was destroyed in the wrong place. Keys of a tenant that is closed go with it.
async fn refuse_those_brought_back(config: &Config, log: &Log) -> Result<(), Failure> {
    let mut alive = 0;
    for subject in erasures(config, log).await?.alive {
        let goes_by_itself = ends_with_its_tenant(&log.reader(), &log.executor(), &subject).await?;
        alive += usize::from(!goes_by_itself);
    }
    match alive {
        0 => Ok(()),
        _ => Err(Failure::conflict(format!(
            "{alive} subjects were erased, says {}, and this database has their keys: run `airtide erase --reapply`",
            config.erasures().display()
        ))),
    }
}

async fn start_projections(
    config: &Config,
    log: &Log,
    registry: &mut Registry,
) -> Result<RunningProjections, Failure> {
    let running = Projections::start(ProjectionsOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        source: log.source(),
        projections: projections::all(),
        written: None,
    })
    .await?;
    running.register_metrics(registry);
    Ok(running)
}

fn start_signer(config: &Config, log: &Log) -> Result<RunningSigner, Failure> {
    let running = Signer::start(SignerOptions {
        file: config.checkpoints(),
        every: SIGN_EVERY,
        reader: log.reader(),
        keys: log.keys(),
        alarms: log.source().alarms().clone(),
    })?;
    Ok(running)
}

fn start_tenant_ends(config: &Config, log: &Log, progress: Progress) -> Result<TenantEnds, Failure> {
    let database_url = config.database.url()?.reveal().to_owned();
    Ok(TenantEnds::start(TenantEndsOptions {
        kept: KeptTables::open(&database_url)?,
        secrets: WebhookSecrets::open(&database_url, log.keys())?,
        executor: log.executor(),
        reader: log.reader(),
        queries: TenantQueries::open(&database_url, 1)?,
        progress,
        shredder: Shredder::new(&database_url, &config.erasures(), log.keys().checkpoint_signing()),
        database_url,
    }))
}

async fn start_workers(
    config: &Config,
    log: &Log,
    listeners: &[TcpListener],
    registry: &mut Registry,
) -> Result<RunningWorkers, Failure> {
    let database_url = config.database.url()?.reveal().to_owned();
    let inside = Inside {
        reader: log.reader(),
        executor: log.executor(),
        webhook_secrets: WebhookSecrets::open(&database_url, log.keys())?,
        links: Links { tokens: MailedLinks::of(&log.keys()), page: config.mailed_links.page.clone() },
    };
    let outside = Outside {
        mailer: outgoing::mailer(config)?,
        web: outgoing::web_client(config, &addresses_of(listeners)?)?,
    };
    let running = workers::runtime::start(WorkersOptions {
        database_url,
        source: log.source(),
        executor: log.executor(),
        intakes: workers::INTAKES,
        workers: workers::all(inside, outside),
        traces: telemetry::traces_of_work(),
    })
    .await?;
    running.register_metrics(registry);
    Ok(running)
}

/// Without a broker everything works, reading from the database; only who asks for the relay by name must have one.
fn has_relay(config: &Config, roles: &[Role]) -> bool {
    let is_wanted = Role::Relay.is_among(roles);
    if is_wanted && !roles.contains(&Role::Relay) && !config.nats.is_set() {
        tracing::info!("relay: nothing to do, because nats.url is not set");
        return false;
    }
    is_wanted
}

fn start_relay(config: &Config, log: &Log, registry: &mut Registry) -> Result<RunningRelay, Failure> {
    let Config { relay: settings, .. } = config;
    let running = Relay::start(RelayOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        nats_url: config.nats.url()?.reveal().to_owned(),
        retention: Retention {
            max_age: settings.stream_max_age,
            max_bytes: i64::try_from(settings.stream_max_bytes).unwrap_or(i64::MAX),
            replicas: settings.stream_replicas,
        },
        source: log.source(),
    })?;
    running.register_metrics(registry);
    Ok(running)
}

async fn start_api(
    config: &Config,
    log: &Log,
    progress: Progress,
    mut registry: Registry,
    listeners: Vec<TcpListener>,
) -> Result<RunningApi, Failure> {
    let database_url = config.database.url()?.reveal();
    let mailbox = outgoing::mailbox(config)?;
    if mailbox.is_some() {
        on_this_machine_only(&listeners)?;
    }
    let kept = KeptTables::open(database_url)?;
    let identity = Arc::new(identity(config, log, kept.clone(), &addresses_of(&listeners)?)?);
    let signing_keys = signing_keys(config, log, &kept, &identity).await?;
    let (second_factors, webhook_secrets) =
        (identity.second_factors.clone(), identity.webhook_secrets.clone());
    let queries = TenantQueries::open(database_url, QUERY_CONNECTIONS)?;
    let events = Events::new(log.source(), queries.clone(), log.executor());
    events.register_metrics(&mut registry);
    let key_counts = KeyCounts::start(database_url.to_owned(), &mut registry);
    let ops = Arc::new(ops(config, log).await?);
    let (stopping, stop) = watch::channel(false);
    let api = Api::new(api::Parts {
        stopping: stop,
        readiness: Arc::new(Serves {
            reader: log.reader(),
            executor: log.executor(),
            kept: kept.clone(),
            queries: queries.clone(),
        }),
        metrics: Arc::new(Metrics::new(registry)),
        executor: log.executor(),
        source: log.source(),
        identity,
        away: api::http::Away::default(),
        refusals: Arc::new(Refusals::start(kept.clone(), log.executor())),
        revocations: Arc::new(Revocations::start(kept.clone())),
        memberships: Arc::new(Memberships::new(log.executor())),
        required_factor: Arc::new(RequiredFactor::new(log.executor())),
        standings: Arc::new(Standings::new(log.executor())),
        used_up: Arc::new(UsedUp::start(queries.clone())),
        api_keys: Arc::new(ApiKeys::new(kept.clone(), log.executor())),
        limits: Arc::new(limits(config, log, kept.clone())),
        queries: queries.clone(),
        progress,
        events: Arc::new(events),
        ops: Arc::clone(&ops),
        mailbox,
    });
    let serving = HttpServing::start(&config.http, api, listeners, stopping).await;
    let sweeper = Sweeper::start(SweeperOptions {
        kept: kept.clone(),
        factors: second_factors.clone(),
        secrets: webhook_secrets.clone(),
        executor: log.executor(),
    });
    Ok(RunningApi {
        serving,
        kept,
        second_factors,
        webhook_secrets,
        queries,
        ops,
        _sweeper: sweeper,
        _key_counts: key_counts,
        _signing_keys: signing_keys,
    })
}

fn addresses_of(listeners: &[TcpListener]) -> std::io::Result<Vec<SocketAddr>> {
    listeners.iter().map(TcpListener::local_addr).collect()
}

/// Mails that everybody may read are for whoever is at this machine.
fn on_this_machine_only(listeners: &[TcpListener]) -> Result<(), Failure> {
    for listener in listeners {
        if !listener.local_addr()?.ip().is_loopback() {
            let mistake =
                "mail.mailbox shows mails to everybody, so the API must listen on loopback addresses only";
            return Err(Mistakes(vec![mistake.to_owned()]).into());
        }
    }
    Ok(())
}

fn identity(
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

async fn signing_keys(
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

fn limits(config: &Config, log: &Log, kept: KeptTables) -> Limits {
    let proxies = config.http.trusted_proxies.clone();
    Limits::new(LimitsOptions {
        settings: config.limits.clone(),
        kept,
        executor: log.executor(),
        is_proxy: Box::new(move |address| proxies.iter().any(|network| network.contains(address))),
    })
}

async fn ops(config: &Config, log: &Log) -> Result<Ops, Failure> {
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

/// Asks every pool that requests are answered with.
struct Serves {
    reader: Reader,
    executor: Executor,
    kept: KeptTables,
    queries: TenantQueries,
}

#[async_trait]
impl Readiness for Serves {
    async fn checks(&self) -> Vec<Check> {
        let (head, sign_in, read_models) =
            tokio::join!(self.reader.head(), self.kept.check(), self.queries.check());
        let event_log = match head {
            Ok(_) if !self.executor.is_open() => Err("the log takes no commands".into()),
            head => told(head.map(|_| ())),
        };
        vec![
            Check { name: "event_log", outcome: event_log },
            Check { name: "sign_in", outcome: told(sign_in) },
            Check { name: "read_models", outcome: told(read_models) },
        ]
    }
}

/// For operators, with everything that it came from.
fn told<E: std::error::Error>(outcome: Result<(), E>) -> Result<(), String> {
    outcome.map_err(|error| eventstore::chain_of(&error))
}

impl Running {
    pub fn addresses(&self) -> &[SocketAddr] {
        self.api.as_ref().map_or(&[], |api| api.serving.addresses())
    }

    /// Answers what is under way, then settles what the log has queued.
    pub async fn stop(self) {
        drop(self.tenant_ends);
        if let Some(api) = self.api {
            api.serving.stop().await;
            api.kept.close().await;
            api.second_factors.close().await;
            api.webhook_secrets.close().await;
            api.queries.close().await;
            api.ops.close().await;
        }
        if let Some(workers) = self.workers {
            workers.stop().await;
        }
        if let Some(projections) = self.projections {
            projections.stop().await;
        }
        if let Some(relay) = self.relay {
            relay.stop().await;
        }
        if let Some(signer) = self.signer {
            signer.stop().await;
        }
        self.log.close().await;
    }
}
