//! A private NATS server with JetStream: found on this machine, on loopback ports of its own, stopped with us.

use std::fs::DirBuilder;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::account::Account;
use super::error::{DevError, Doing};
use super::find;
use super::folder::{Home, create_passable};
use super::leftover;
use super::patience::retry_while;
use super::ports::free_port;
use super::process::{ServerProcess, StopSteps};
use super::remembered::{Remembered, write_private};
use super::server_home::ServerHome;

pub const FOLDER: &str = "nats";
const USER: &str = "airtide";
const READY_WITHIN: Duration = Duration::from_secs(30);
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);
const STOP_STEPS: StopSteps = &[(Signal::SIGTERM, Duration::from_secs(10))];

#[derive(Clone, Debug, Default)]
pub struct NatsOptions {
    pub home: Home,
}

/// Stops the server when dropped, and deletes the data if the home is ephemeral.
pub struct PrivateNats {
    process: ServerProcess,
    place: Place,
    ports: Ports,
    _home: ServerHome,
}

#[derive(Clone, Copy)]
struct Ports {
    client: u16,
    monitor: u16,
}

impl PrivateNats {
    /// Blocks until JetStream is healthy, or says why it is not.
    pub fn start(options: &NatsOptions) -> Result<PrivateNats, DevError> {
        let account = Account::for_servers()?;
        let program = find::nats_server(account.as_ref())?;
        let home = ServerHome::open(&options.home, FOLDER, account.as_ref())?;
        let place = Place::prepare(home.path(), program, account)?;
        let (process, ports) = place.launch()?;
        Ok(PrivateNats {
            process,
            place,
            ports,
            _home: home,
        })
    }

    pub fn url(&self) -> String {
        format!(
            "nats://{USER}:{}@127.0.0.1:{}",
            self.place.password, self.ports.client
        )
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn port(&self) -> u16 {
        self.ports.client
    }

    pub fn data_dir(&self) -> &Path {
        &self.place.data
    }

    pub fn log(&self) -> &Path {
        self.process.log()
    }

    pub fn process(&mut self) -> &mut ServerProcess {
        &mut self.process
    }

    pub fn stop(self) {
        drop(self);
    }

    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts again on the same data and, while they are free, the same ports; stops the server first if it runs.
    pub fn start_again(&mut self) -> Result<(), DevError> {
        self.process.stop();
        (self.process, self.ports) = self.place.launch()?;
        Ok(())
    }
}

/// Stops a server that a killed run left in `folder`.
pub fn stop_leftover(folder: &Path) -> Result<(), DevError> {
    leftover::stop_leftover(
        &folder.join("data/server.pid"),
        &folder.join("nats.conf"),
        STOP_STEPS,
    )
}

struct Place {
    program: PathBuf,
    account: Option<Account>,
    data: PathBuf,
    settings_file: PathBuf,
    log: PathBuf,
    memory: PathBuf,
    password: String,
}

impl Place {
    fn prepare(folder: &Path, program: PathBuf, account: Option<Account>) -> Result<Place, DevError> {
        create_passable(folder)?;
        stop_leftover(folder)?;
        let memory = folder.join("remembered.json");
        let place = Place {
            program,
            account,
            data: folder.join("data"),
            settings_file: folder.join("nats.conf"),
            log: folder.join("server.log"),
            password: Remembered::load(&memory)?.password,
            memory,
        };
        place.create_data()?;
        Ok(place)
    }

    fn create_data(&self) -> Result<(), DevError> {
        if self.data.exists() {
            return Ok(());
        }
        DirBuilder::new()
            .mode(0o700)
            .create(&self.data)
            .doing(|| format!("create {}", self.data.display()))?;
        self.give(&self.data)
    }

    /// Tries again when another program took a port between our look and the server's.
    fn launch(&self) -> Result<(ServerProcess, Ports), DevError> {
        retry_while(READY_WITHIN, DevError::is_still_in_use, || self.launch_once())
    }

    fn launch_once(&self) -> Result<(ServerProcess, Ports), DevError> {
        let ports = self.choose_ports()?;
        self.write_settings(ports)?;
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(&self.settings_file).current_dir(&self.data);
        let mut process =
            ServerProcess::start("nats", command, self.account.as_ref(), &self.log, STOP_STEPS)?;
        process.wait_ready(READY_WITHIN, || is_healthy(ports.monitor))?;
        Ok((process, ports))
    }

    fn choose_ports(&self) -> Result<Ports, DevError> {
        let known = Remembered::load(&self.memory)?.ports;
        let client = free_port(known.first().copied())?;
        let monitor = free_port(known.get(1).copied())?;
        Remembered {
            ports: vec![client, monitor],
            password: self.password.clone(),
        }
        .save(&self.memory)?;
        Ok(Ports { client, monitor })
    }

    /// The password stands in a file: a command line can be read by everybody.
    fn write_settings(&self, ports: Ports) -> Result<(), DevError> {
        let quoted = |path: &Path| serde_json::Value::from(path.to_string_lossy()).to_string();
        let text = format!(
            "listen: \"127.0.0.1:{}\"\nhttp: \"127.0.0.1:{}\"\npid_file: {}\njetstream {{ store_dir: {} }}\n\
             authorization {{ user: {USER}, password: \"{}\" }}\n",
            ports.client,
            ports.monitor,
            quoted(&self.data.join("server.pid")),
            quoted(&self.data),
            self.password,
        );
        write_private(&self.settings_file, &text)
            .doing(|| format!("write {}", self.settings_file.display()))?;
        self.give(&self.settings_file)
    }

    fn give(&self, path: &Path) -> Result<(), DevError> {
        self.account.as_ref().map_or(Ok(()), |account| account.own(path))
    }
}

fn is_healthy(monitor_port: u16) -> bool {
    probe(monitor_port).is_ok_and(|answer| answer.starts_with("HTTP/1.") && answer.contains(" 200 "))
}

fn probe(monitor_port: u16) -> std::io::Result<String> {
    let address = (Ipv4Addr::LOCALHOST, monitor_port).into();
    let mut connection = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
    connection.set_read_timeout(Some(PROBE_TIMEOUT))?;
    connection.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}
