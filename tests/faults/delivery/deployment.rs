//! The whole product as it is deployed: a process for each role, on a Postgres and a NATS of its own.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventstore::fail_points::{self, FailPoint};
use nix::sys::signal::Signal;
use server::dev::nats::PrivateNats;
use support::api::{EndedEarly, Node};
use support::cluster::Cluster;
use support::proxy::Proxy;
use support::receiver::Receiver;
use support::smtp::MailServer;
use support::{airtide, broker};
use tempfile::TempDir;

/// Under load every point is soon come to.
const DEAD_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Api,
    Relay,
    Projections,
    Workers,
}

pub const ROLES: [Role; 4] = [Role::Api, Role::Relay, Role::Projections, Role::Workers];

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Relay => "relay",
            Self::Projections => "projections",
            Self::Workers => "workers",
        }
    }

    /// Where its work can be cut short.
    pub fn fail_points(self) -> &'static [FailPoint] {
        use FailPoint::*;
        match self {
            Self::Api => &[BeforeAppend, AfterAppend],
            Self::Relay => &[BeforePublish, AfterPublish],
            Self::Projections => &[BeforeCheckpoint, AfterCheckpoint],
            Self::Workers => &[
                BeforeCheckpoint,
                AfterCheckpoint,
                BeforeClaim,
                AfterClaim,
                BeforeEffect,
                AfterEffect,
                BeforeAppend,
                AfterAppend,
                BeforeSettling,
                AfterSettling,
            ],
        }
    }

    /// As whom it logs in to the broker.
    fn user(self) -> &'static str {
        if self == Self::Relay { "relay" } else { "reader" }
    }
}

/// Where the API is spoken to at this moment: a process that is started again has another port.
#[derive(Clone, Default)]
pub struct Door(Arc<Mutex<String>>);

impl Door {
    pub fn url(&self) -> String {
        self.0.lock().expect("nobody panicked").clone()
    }

    fn moves_to(&self, url: &str) {
        url.clone_into(&mut self.0.lock().expect("nobody panicked"));
    }
}

/// What stands between the processes and their servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Straight,
    /// A proxy before Postgres.
    ThroughAProxy,
    /// A proxy before NATS.
    ToTheBrokerThroughAProxy,
}

pub struct Deployment {
    // In this order they end: the processes before what they stand on.
    nodes: Vec<(Role, Node)>,
    way: Way,
    proxy: Option<Proxy>,
    pub nats: PrivateNats,
    pub cluster: Cluster,
    keys: TempDir,
    pub database_url: String,
    pub door: Door,
    pub mails: MailServer,
    pub hooks: Receiver,
}

impl Deployment {
    pub async fn start(way: Way) -> Self {
        Self::start_on(Cluster::start(), way).await
    }

    pub async fn start_on(cluster: Cluster, way: Way) -> Self {
        let database_url = cluster.fresh("deployed").await;
        let nats = broker::start();
        let proxy = match way {
            Way::Straight => None,
            Way::ThroughAProxy => Some(Proxy::to(cluster.port()).await),
            Way::ToTheBrokerThroughAProxy => Some(Proxy::to_nats(nats.port()).await),
        };
        let mut deployment = Self {
            nodes: Vec::new(),
            way,
            proxy,
            nats,
            cluster,
            keys: tempfile::tempdir().expect("a folder for keys"),
            database_url,
            door: Door::default(),
            mails: MailServer::start(),
            hooks: Receiver::start(|_| 204),
        };
        deployment.run(&["migrate", "up"]);
        for role in ROLES {
            deployment.start_one(role);
        }
        deployment
    }

    /// One more process of a role. Blocks until it is ready.
    pub fn start_one(&mut self, role: Role) {
        let node = self.try_start(role, &[]);
        let node = node.unwrap_or_else(|ended| panic!("{role:?} is not ready: {}", ended.talk));
        self.nodes.push((role, node));
    }

    /// A process of a role that dies at a point of its work, coming there for the so manyeth time. Blocks until it has.
    pub fn run_until_dead(&mut self, role: Role, point: FailPoint, time: u64) {
        let armed = format!("{}:{time}", point.name());
        let status = match self.try_start(role, &[(fail_points::VARIABLE, armed.as_str())]) {
            Ok(node) => node.end_of(DEAD_WITHIN),
            Err(ended) => ended.status,
        };
        let signal = status.and_then(|status| status.signal());
        assert_eq!(signal, Some(Signal::SIGABRT as i32), "{role:?} does not come to {armed}: {status:?}");
    }

    fn try_start(&self, role: Role, further: &[(&str, &str)]) -> Result<Node, EndedEarly> {
        let (nats, smtp) = (self.nats_url(role), self.mails.url());
        let mut variables = vec![
            ("NATS_URL", nats.as_str()),
            ("AIRTIDE__MAIL__SMTP_URL", smtp.as_str()),
            ("AIRTIDE__MAIL__FROM", "Airtide <no-reply@example.org>"),
            ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32"),
        ];
        variables.extend_from_slice(further);
        let node = Node::try_serve(&self.postgres_url(), self.keys.path(), role.name(), &variables)?;
        if role == Role::Api {
            self.door.moves_to(&node.url);
        }
        Ok(node)
    }

    fn postgres_url(&self) -> String {
        match self.way {
            Way::ThroughAProxy => self.proxy().url(&self.database_url),
            _ => self.database_url.clone(),
        }
    }

    fn nats_url(&self, role: Role) -> String {
        let url = self.nats.url_of(role.user());
        match self.way {
            Way::ToTheBrokerThroughAProxy => {
                url.replace(&format!(":{}", self.nats.port()), &format!(":{}", self.proxy().port()))
            }
            _ => url,
        }
    }

    pub fn keys_dir(&self) -> &Path {
        self.keys.path()
    }

    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("a way through a proxy")
    }

    /// SIGKILL to the process of a role that has run for longest.
    pub fn kill(&mut self, role: Role) {
        self.take(role).kill();
    }

    /// SIGTERM, and what became of it.
    pub fn terminate(&mut self, role: Role) -> Option<ExitStatus> {
        self.take(role).terminate()
    }

    fn take(&mut self, role: Role) -> Node {
        let place = self.nodes.iter().position(|(each, _)| *each == role).expect("a process of the role");
        self.nodes.remove(place).1
    }

    /// The one that has run for longest.
    pub fn pid(&self, role: Role) -> u32 {
        self.nodes.iter().find(|(each, _)| *each == role).expect("a process of the role").1.pid()
    }

    /// SIGKILL to every process.
    pub fn kill_all(&mut self) {
        while let Some((_, node)) = self.nodes.pop() {
            node.kill();
        }
    }

    /// Runs another subcommand of the program here; what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let (status, said) = self.try_run(arguments);
        assert!(status.success(), "airtide {arguments:?}: {status}\n{said}");
        said
    }

    /// The same, whatever becomes of it.
    pub fn try_run(&self, arguments: &[&str]) -> (ExitStatus, String) {
        let mut command = airtide::command(arguments);
        command
            .env("DATABASE_URL", &self.database_url)
            .env("AIRTIDE__KEYS__DIR", self.keys.path())
            .env("NATS_URL", self.nats.url_of("operator"));
        let output = command.output().expect("airtide runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status, text(&output.stdout) + &text(&output.stderr))
    }
}
