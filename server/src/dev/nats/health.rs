//! Asks a NATS server over its monitoring port whether it is well, JetStream included.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn is_healthy(monitor_port: u16) -> bool {
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
