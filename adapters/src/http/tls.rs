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
    Ok(TlsConnector::from(Arc::new(config()?)))
}

pub fn config() -> Result<ClientConfig, rustls::Error> {
    trusting(RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()))
}

fn trusting(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// A server with a certificate for these names, and a connector that trusts nobody but it.
    async fn server(names: &[&str]) -> (SocketAddr, TlsConnector) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        (address, TlsConnector::from(Arc::new(trusting(roots).unwrap())))
    }

    async fn trusted(connector: &TlsConnector, url: &str, address: SocketAddr) -> bool {
        let stream = TcpStream::connect(address).await.unwrap();
        match wrap(connector, &Target::parse(url).unwrap(), stream).await {
            Ok(_) => true,
            Err(WebFault::NotTrusted) => false,
            Err(fault) => panic!("{fault}"),
        }
    }

    #[tokio::test]
    async fn a_server_is_trusted_for_the_names_on_its_certificate_and_for_no_other() {
        let (address, connector) = server(&["hooks.test", "127.0.0.1"]).await;
        assert!(trusted(&connector, "https://hooks.test/", address).await);
        assert!(trusted(&connector, "https://HOOKS.test:8443/", address).await);
        assert!(trusted(&connector, "https://127.0.0.1/", address).await);
        assert!(!trusted(&connector, "https://other.test/", address).await);
        assert!(!trusted(&connector, "https://127.0.0.2/", address).await);
    }

    #[tokio::test]
    async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
        let (address, _) = server(&["hooks.test"]).await;
        assert!(!trusted(&connector().unwrap(), "https://hooks.test/", address).await);
    }
}
