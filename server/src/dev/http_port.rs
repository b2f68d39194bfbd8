//! The port of the API: the wanted one, or with 0 the one of the last time, or any free one.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use tokio::net::TcpListener;

use super::error::{DevError, Doing};

const FILE: &str = "http-port";

pub async fn listen(wanted: u16, folder: &Path) -> Result<TcpListener, DevError> {
    if wanted != 0 {
        return bind(wanted).await.map_err(|source| DevError::PortTaken { port: wanted, source });
    }
    let file = folder.join(FILE);
    let remembered = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let listener = match bind(remembered).await {
        Ok(listener) => listener,
        Err(_) => bind(0).await.doing(|| "find a free port".into())?,
    };
    let port = listener.local_addr().doing(|| "read the port".into())?.port();
    fs::write(&file, port.to_string()).doing(|| format!("write {}", file.display()))?;
    Ok(listener)
}

async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}
