//! TLS, and callers who present a certificate.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::{REGION, Stage, anywhere, credentials, signature};

/// A CA, and files of a certificate that it gave.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    folder: tempfile::TempDir,
}

type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self { params, key: KeyPair::generate().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn certificate(&self) -> rcgen::Certificate {
        self.params.self_signed(&self.key).unwrap()
    }

    fn file(&self) -> PathBuf {
        let path = self.folder.path().join("ca.pem");
        std::fs::write(&path, self.certificate().pem()).unwrap();
        path
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (leaf.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).unwrap(), key)
    }

    fn identity(&self, name: &str) -> Identity {
        let (leaf, key) = self.issue(name);
        (leaf.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }

    /// Writes a fresh serving certificate over the files that are served.
    fn renew(&self) -> (PathBuf, PathBuf) {
        let (leaf, key) = self.issue("localhost");
        let files = (self.folder.path().join("tls.crt"), self.folder.path().join("tls.key"));
        std::fs::write(&files.0, leaf.pem()).unwrap();
        std::fs::write(&files.1, key.serialize_pem()).unwrap();
        files
    }

    fn settings(&self) -> Settings {
        let reload_interval = Duration::from_millis(20);
        Settings { certificate: Some(self.renew()), reload_interval, ..anywhere() }
    }

    async fn stage(&self, settings: Settings) -> Stage {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Stage::set(Policy::default(), settings).await
    }

    /// What a caller with this certificate is answered, and the certificate that it is served.
    async fn call(&self, stage: &Stage, identity: Option<Identity>) -> std::io::Result<(String, Vec<u8>)> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate().der().clone()).unwrap();
        let builder = ClientConfig::builder().with_root_certificates(roots);
        let config = match identity {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        let stream = TcpStream::connect(stage.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let leaf = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
        let request = "POST / HTTP/1.1\r\nhost: gateway.internal\r\nconnection: close\r\nx-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok((answer, leaf))
    }
}

#[tokio::test]
async fn a_caller_with_a_certificate_of_the_ca_needs_no_key() {
    let authority = Authority::new();
    let settings = Settings {
        listen: "0.0.0.0:0".parse().unwrap(),
        client_ca: Some(authority.file()),
        client_names: vec!["ci.internal".to_owned()],
        ..authority.settings()
    };
    let mut stage = authority.stage(settings).await;
    stage.address.set_ip([127, 0, 0, 1].into());
    let (answer, _) = authority.call(&stage, Some(authority.identity("ci.internal"))).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(signature::verifies(&stage.recorder.only(), credentials(), REGION));
    for other in
        [None, Some(authority.identity("laptop.internal")), Some(Authority::new().identity("ci.internal"))]
    {
        let answered = authority.call(&stage, other).await;
        assert!(!answered.is_ok_and(|(answer, _)| answer.contains("200 OK")));
    }
    assert_eq!(stage.recorder.requests().len(), 1);
}

#[tokio::test]
async fn with_tls_alone_anyone_of_this_machine_is_taken_and_nobody_else() {
    let authority = Authority::new();
    let stage = authority.stage(authority.settings()).await;
    let (answer, _) = authority.call(&stage, None).await.unwrap();
    assert!(answer.contains("only callers of this machine"), "another host was called: {answer}");
    let open = Settings { listen: "0.0.0.0:0".parse().unwrap(), ..authority.settings() };
    let gateway = crate::support::gateway(open, Policy::default()).await.unwrap();
    assert!(gateway.listen().await.is_err());
}

#[tokio::test]
async fn a_renewed_certificate_is_served_without_a_restart_and_a_broken_one_is_not() {
    let authority = Authority::new();
    let stage = authority.stage(authority.settings()).await;
    let leaf = async || authority.call(&stage, None).await.unwrap().1;
    let first = leaf().await;
    let (_, key) = authority.renew();
    let renewed = async { while leaf().await == first {} };
    tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("the old certificate was served on");
    let second = leaf().await;
    std::fs::write(key, "no key").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(leaf().await, second);
}

#[tokio::test]
async fn another_ca_of_callers_is_taken_without_a_restart_and_a_broken_one_is_said_and_is_not() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (file, metrics) = (authority.file(), Some("127.0.0.1:0".parse().unwrap()));
    let settings =
        Settings { client_ca: Some(file.clone()), metrics_listen: metrics, ..authority.settings() };
    let stage = authority.stage(settings).await;
    let lets_in = async |of: &Authority| {
        let answered = authority.call(&stage, Some(of.identity("ci"))).await;
        answered.is_ok_and(|(answer, _)| answer.starts_with("HTTP/1.1"))
    };
    assert!(lets_in(&authority).await && !lets_in(&other).await);
    std::fs::write(&file, other.certificate().pem()).unwrap();
    let taken = async { while !lets_in(&other).await {} };
    tokio::time::timeout(Duration::from_secs(20), taken).await.expect("the new CA was not read");
    assert!(!lets_in(&authority).await);
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nno\n").unwrap();
    let said = async { while !stage.told("/readyz").await.1.contains("client-ca broken") {} };
    tokio::time::timeout(Duration::from_secs(20), said).await.expect("the broken CA was not said");
    assert!(lets_in(&other).await);
    let (_, text) = stage.told("/metrics").await;
    assert!(text.contains(r#"policyctl_gateway_stale{file="client-ca"} 1"#), "{text}");
}
