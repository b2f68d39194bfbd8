//! Runs a whole instance: servers, migrations, every role; then waits for a request to stop or for the end of a
//! server, and takes everything down in order.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use super::account::Account;
use super::demo;
use super::error::DevError;
use super::folder::{Folder, Home};
use super::http_port;
use super::instance::{Instance, Pids};
use super::servers::Servers;
use super::sweep;
use crate::config::{Config, Flag, Sources};
use crate::failure::Failure;
use crate::sandboxes::{self, Limits};
use crate::stop::StopRequests;
use crate::wire::{self, Role, Running};

/// Requests for a base to a stand-in that limits nobody.
const UNLIMITED_PER_MINUTE: u64 = 1_000_000;
const LOOK_AT_SERVERS_EVERY: Duration = Duration::from_millis(100);

pub struct DevOptions {
    /// 0 takes the remembered port, or any free one.
    pub port: u16,
    pub home: Home,
    pub sources: Sources,
    /// Of the stand-in for Airtable.
    pub sandbox_limits: Limits,
}

/// Returns after everything has stopped: `Ok` when that was asked for.
pub async fn run(options: DevOptions, announce: impl FnOnce(&Instance)) -> Result<(), Failure> {
    let mut stop = StopRequests::listen()?;
    let folder = Arc::new(spawn_blocking(move || open_folder(&options.home)).await??);
    let listener = http_port::listen(options.port, folder.path()).await?;
    let for_servers = Arc::clone(&folder);
    let mut servers = match spawn_blocking(move || Servers::start(&for_servers)).await? {
        Err(DevError::Interrupted) => return Ok(()),
        started => started?,
    };
    let mut instance = describe(&folder, &servers, listener.local_addr()?);
    if let Some(file) = options.sources.file_in_force() {
        instance.env.insert("AIRTIDE_CONFIG", std::path::absolute(file)?.display().to_string());
    }
    let outcome = tokio::select! {
        worked = work(instance, options.sources, options.sandbox_limits, listener, &mut stop, announce) => worked,
        ended = end_of(&mut servers) => Err(ended.into()),
    };
    spawn_blocking(move || drop(servers)).await?;
    outcome
}

fn open_folder(home: &Home) -> Result<Folder, DevError> {
    sweep::abandoned_folders();
    Folder::open(home, Account::for_servers()?.as_ref())
}

async fn work(
    mut instance: Instance,
    sources: Sources,
    limits: Limits,
    listener: TcpListener,
    stop: &mut StopRequests,
    announce: impl FnOnce(&Instance),
) -> Result<(), Failure> {
    let mut config = configure(sources, &instance)?;
    let sandbox = match &config.airtable.token {
        None => Some(Arc::new(sandboxes::airtable(limits, &instance.data_dir).await?)),
        Some(_) => None,
    };
    if let Some(sandbox) = &sandbox {
        follow(&mut config, sandbox, limits, &instance);
    }
    let running = tokio::select! {
        started = start_roles(&config, listener) => started?,
        () = stop.first() => return Ok(()),
    };
    let newcomers = match &sandbox {
        Some(sandbox) => Some(demo::Newcomers::welcome(&config, &running, sandbox).await?),
        None => None,
    };
    instance.demo = demo::seed(&config, &running, &instance.data_dir, newcomers.is_some()).await;
    instance.sandbox = sandbox.as_ref().map(|sandbox| sandbox.reached.clone());
    announce(&instance);
    stop.first().await;
    drop(newcomers);
    tokio::select! {
        () = running.stop() => {}
        () = stop.second() => {}
    }
    if let Some(sandbox) = &sandbox {
        sandbox.keep().await?;
    }
    Ok(())
}

/// Whoever develops wants to see at once what they did in the stand-in.
fn follow(config: &mut Config, sandbox: &sandboxes::RunningAirtable, limits: Limits, instance: &Instance) {
    config.airtable.root.clone_from(&sandbox.reached.airtable_url);
    config.airtable.notify_root = Some(instance.url.clone());
    config.airtable.poll_every = Duration::from_secs(1);
    if limits == Limits::Off {
        config.airtable.requests_per_minute = UNLIMITED_PER_MINUTE;
    }
}

async fn start_roles(config: &Config, listener: TcpListener) -> Result<Running, Failure> {
    eventstore::migrate::up(config.database.url()?.reveal()).await?;
    wire::start(config, &[Role::All], vec![listener]).await
}

/// Waits until one of our servers ends by itself, which it never should.
async fn end_of(servers: &mut Servers) -> DevError {
    let mut looks = tokio::time::interval(LOOK_AT_SERVERS_EVERY);
    loop {
        looks.tick().await;
        if let Some(ended) = servers.ended() {
            return ended;
        }
    }
}

fn describe(folder: &Folder, servers: &Servers, address: SocketAddr) -> Instance {
    let data_dir = folder.path().to_owned();
    let env = BTreeMap::from([
        ("DATABASE_URL", servers.database_url()),
        ("NATS_URL", servers.nats_url()),
        ("AIRTIDE__KEYS__DIR", data_dir.join("keys").display().to_string()),
        ("AIRTIDE__FILES__FOLDER", data_dir.join("files").display().to_string()),
    ]);
    Instance {
        url: format!("http://{address}"),
        database_url: servers.database_url(),
        nats_url: servers.nats_url(),
        data_dir,
        pids: Pids {
            airtide: std::process::id(),
            postgres: servers.postgres_pid(),
            nats: servers.nats_pid(),
        },
        demo: None,
        sandbox: None,
        env,
    }
}

/// What an instance has of its own: the variable that tells others of it, and the setting.
const OWN: [(&str, &str); 4] = [
    ("DATABASE_URL", "database.url"),
    ("NATS_URL", "nats.url"),
    ("AIRTIDE__KEYS__DIR", "keys.dir"),
    ("AIRTIDE__FILES__FOLDER", "files.folder"),
];

/// The instance's own servers, keys and files win over whatever else is configured.
fn configure(sources: Sources, instance: &Instance) -> Result<Config, Failure> {
    let flags = OWN.into_iter().filter_map(|(variable, key)| {
        Some(Flag { name: "airtide dev", key, value: instance.env.get(variable)?.clone() })
    });
    // Several instances may run on one machine, so none has a port for its numbers alone.
    let metrics = Flag { name: "airtide dev", key: "http.metrics_listen", value: "main".to_owned() };
    let mailbox = Flag { name: "airtide dev", key: "mail.mailbox", value: "true".to_owned() };
    let exports = instance.data_dir.join("exports").display().to_string();
    let exports = Flag { name: "airtide dev", key: "ops.exports_dir", value: exports };
    // Whoever develops registers people all day, and always from here.
    let register = Flag { name: "airtide dev", key: "limits.register_per_hour", value: "1000".to_owned() };
    Ok(Config::load(sources.with(flags.chain([metrics, mailbox, exports, register])))?)
}
