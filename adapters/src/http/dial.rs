//! Makes the connection: what was checked is what is dialled.

use std::net::SocketAddr;

use domain::identity::ports::WebFault;
use tokio::net::TcpStream;

use super::names::Names;
use super::policy::EgressPolicy;
use super::target::{HostOf, Target};

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

pub async fn dial(target: &Target, policy: &EgressPolicy, names: &dyn Names) -> Result<TcpStream, WebFault> {
    let addresses = addresses(target, names).await?;
    policy.check_addresses(&addresses)?;
    for address in addresses.into_iter().take(ADDRESSES_MAX) {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
    }
    Err(WebFault::Unreachable)
}

async fn addresses(target: &Target, names: &dyn Names) -> Result<Vec<SocketAddr>, WebFault> {
    match target.host() {
        HostOf::Address(address) => Ok(vec![SocketAddr::new(address, target.port())]),
        HostOf::Name(name) => match names.look_up(name, target.port()).await {
            Ok(addresses) if !addresses.is_empty() => Ok(addresses),
            _ => Err(WebFault::NameNotFound),
        },
    }
}
