//! TLS with the roots that browsers trust.

use std::sync::Arc;

use domain::identity::ports::WebFault;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::target::{HostOf, Target};

pub fn connector() -> Result<TlsConnector, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

pub async fn wrap(
    connector: &TlsConnector,
    target: &Target,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, WebFault> {
    let name = match target.host() {
        HostOf::Address(address) => ServerName::from(address),
        HostOf::Name(name) => ServerName::try_from(name.to_owned()).map_err(|_| WebFault::NotTrusted)?,
    };
    connector.connect(name, stream).await.map_err(|_| WebFault::NotTrusted)
}
