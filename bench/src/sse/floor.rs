//! The floor: a process that writes whatever comes over one connection to many others, one after the other.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::followers::Followers;
use crate::Outcome;
use crate::process::{Background, LISTENING, this_program};

const EVENT_BYTES: usize = 4 * 1024;

pub struct Floor {
    followers: Followers,
    teller: TcpStream,
    event: Vec<u8>,
    /// Kept for as long as it is measured.
    _process: Background,
}

impl Floor {
    pub async fn open(event: Vec<u8>, clients: usize) -> Outcome<Self> {
        let mut command = this_program()?;
        command.arg("spread").args(["--clients", &clients.to_string()]);
        let process = Background::start(command, LISTENING).await?;
        let address = process.address()?;
        let teller = open(address).await?;
        let mut followers = Followers::new();
        for _ in 0..clients {
            followers.add(open(address).await?, Vec::new());
        }
        Ok(Self { followers, teller, event, _process: process })
    }

    /// The same as of the stream: from telling it to when the last client has it.
    pub async fn round(&mut self) -> Outcome<Duration> {
        let begun = self.followers.begin();
        self.teller.write_all(&self.event).await?;
        Ok(self.followers.last().await?.duration_since(begun))
    }
}

/// What the process does.
pub async fn spread(clients: usize) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("{LISTENING}{}", listener.local_addr()?);
    let mut teller = accept(&listener).await?;
    let mut listeners = Vec::with_capacity(clients);
    for _ in 0..clients {
        listeners.push(accept(&listener).await?);
    }
    let mut told = Vec::with_capacity(EVENT_BYTES);
    while teller.read_buf(&mut told).await? > 0 {
        for listener in &mut listeners {
            listener.write_all(&told).await?;
        }
        told.clear();
    }
    Ok(())
}

async fn open(address: SocketAddr) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn accept(listener: &TcpListener) -> Outcome<TcpStream> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
