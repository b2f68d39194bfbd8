//! Loopback ports: the remembered one while it is free, else any free one.

use std::net::{Ipv4Addr, TcpListener};

use super::error::{DevError, Doing};

pub fn free_port(remembered: Option<u16>) -> Result<u16, DevError> {
    if let Some(port) = remembered
        && is_free(port)
    {
        return Ok(port);
    }
    bind(0)
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .doing(|| "find a free port".into())
}

fn is_free(port: u16) -> bool {
    bind(port).is_ok()
}

fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}
