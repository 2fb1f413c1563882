//! Calls a webhook as an API server would, from where this program runs: a connection and a handshake, no request.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::certificates::keyring::Certificate;

/// As long as an API server waits for our webhooks at most.
const PATIENCE: Duration = Duration::from_secs(3);

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reached {
    /// It was answered, with a certificate that the bundle trusts.
    Trusted,
    /// Its name leads nowhere, from here.
    Nameless,
    /// Nobody listens.
    ConnectionRefused,
    /// Nobody answered in time.
    TimedOut,
    /// The handshake failed, for this reason.
    Untrusted(String),
    /// Something else.
    Failed(String),
}

/// Calls an address, and looks at the certificate for a name by the authorities of a bundle.
pub(super) async fn call(host: &str, port: u16, name: &str, bundle: &[u8]) -> Reached {
    timeout(PATIENCE, connect(host, port, name, bundle)).await.unwrap_or(Reached::TimedOut)
}

async fn connect(host: &str, port: u16, name: &str, bundle: &[u8]) -> Reached {
    let addresses = match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => addresses.collect::<Vec<_>>(),
        Err(_) => return Reached::Nameless,
    };
    let stream = match TcpStream::connect(&*addresses).await {
        Ok(stream) => stream,
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Reached::ConnectionRefused,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return Reached::TimedOut,
        Err(error) => return Reached::Failed(error.to_string()),
    };
    let Ok(name) = ServerName::try_from(name.to_owned()) else { return Reached::Nameless };
    match TlsConnector::from(Arc::new(config(bundle))).connect(name, stream).await {
        Ok(_) => Reached::Trusted,
        Err(error) => Reached::Untrusted(error.to_string()),
    }
}

fn config(bundle: &[u8]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(Certificate::all(bundle).into_iter().map(|authority| authority.der));
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_nobody_listens_on_refuses() {
        let port = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().port()
        };
        assert_eq!(call("127.0.0.1", port, "127.0.0.1", b"").await, Reached::ConnectionRefused);
    }

    #[tokio::test]
    async fn who_does_not_speak_tls_is_not_trusted() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { listener.accept().await.map(drop) });
        assert!(matches!(call("127.0.0.1", port, "127.0.0.1", b"").await, Reached::Untrusted(_)));
    }
}
