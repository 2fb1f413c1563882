//! A server on loopback, and a client that talks to it over real TLS.
#![allow(dead_code, reason = "each test uses some of it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::service::TowerToHyperService;
use policyctl_policies::policy::Policy;
use policyctl_webhook::metrics::Metrics;
pub(crate) use policyctl_webhook::server::accept::Phase;
use policyctl_webhook::server::accept::Server;
use policyctl_webhook::server::certificate::first;
use policyctl_webhook::server::clients::server_config;
use policyctl_webhook::server::routes::{self, Admitting};
pub(crate) use policyctl_webhook::settings::Bounds;
use policyctl_webhook::settings::{CertificateSource, Tls};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::load::Client;

/// Where a server listens, and the certificate that it serves.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) leaf: CertificateDer<'static>,
}

/// A server under test.
pub(crate) struct Running {
    pub(crate) door: Door,
    pub(crate) phase: watch::Sender<Phase>,
    pub(crate) ended: JoinHandle<()>,
    pub(crate) metrics: Arc<Metrics>,
}

/// A client's certificate and key.
pub(crate) type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

pub(crate) fn bounds() -> Bounds {
    Bounds {
        requests: 64,
        connections: 64,
        read_timeout: Duration::from_millis(500),
        connection_age: Duration::from_mins(5),
        body: 7 << 20,
    }
}

pub(crate) fn tls() -> Tls {
    Tls {
        certificate: CertificateSource::SelfSigned(vec!["localhost".into()]),
        configurations: Vec::new(),
        tls13_only: false,
        client_ca: None,
        client_names: Vec::new(),
    }
}

/// Starts a server with the default policy.
pub(crate) async fn start(tls: Tls, bounds: Bounds) -> Running {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let serving = Arc::new(first(&tls.certificate).unwrap().0);
    let admission = Arc::new(super::support::admission(Policy::default()));
    let metrics = Arc::clone(&admission.metrics);
    let admitting = Admitting { admission, slots: Semaphore::new(bounds.requests), bounds };
    let server = Server {
        service: TowerToHyperService::new(routes::admission(Arc::new(admitting))),
        tls: Some(Arc::new(server_config(tls.demands(), Arc::clone(&serving)).unwrap())),
        client_names: tls.client_names.clone().into(),
        bounds: bounds.connections(Duration::from_secs(5)),
        handshakes: metrics.handshakes.clone(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (phase, ended) = watch::channel(Phase::Serving);
    let leaf = CertificateDer::from(serving.leaf());
    let door = Door { address, leaf };
    Running { door, phase, ended: tokio::spawn(server.serve(listener, ended)), metrics }
}

impl std::ops::Deref for Running {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}

impl Door {
    /// A TLS connection; an error when the handshake fails.
    pub(crate) async fn connect(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        identity: Option<Identity>,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        self.speaking(versions, identity, b"http/1.1").await
    }

    async fn speaking(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        identity: Option<Identity>,
        protocol: &[u8],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut roots = RootCertStore::empty();
        roots.add(self.leaf.clone()).unwrap();
        let builder = ClientConfig::builder_with_protocol_versions(versions).with_root_certificates(roots);
        let mut config = match identity {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// An HTTP/1.1 client, as the API server is one.
    pub(crate) async fn client(&self) -> std::io::Result<Client> {
        Client::over(self.connect(rustls::ALL_VERSIONS, None).await?).await
    }

    /// An HTTP/2 client, as the API server is one to a webhook that it calls by a URL.
    pub(crate) async fn http2_client(&self) -> std::io::Result<Client> {
        Client::over_http2(self.speaking(rustls::ALL_VERSIONS, None, b"h2").await?).await
    }
}
