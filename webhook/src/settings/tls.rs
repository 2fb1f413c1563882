//! TLS settings in force.

use std::path::PathBuf;
use std::time::Duration;

use policyctl_serving::clients::Demands;

/// TLS settings in force.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The serving certificate.
    pub certificate: CertificateSource,
    /// Webhook configurations, of either kind, that must trust the certificate.
    pub configurations: Vec<String>,
    /// TLS 1.3 only.
    pub tls13_only: bool,
    /// The CA of callers, when they must present a certificate.
    pub client_ca: Option<PathBuf>,
    /// Names that a caller's certificate may carry; empty allows any.
    pub client_names: Vec<String>,
}

impl Tls {
    /// What is demanded of callers' connections.
    pub fn demands(&self) -> Demands {
        Demands {
            tls13_only: self.tls13_only,
            client_ca: self.client_ca.clone(),
            protocols: &["h2", "http/1.1"],
        }
    }
}

/// The serving certificate.
#[derive(Debug, Clone)]
pub enum CertificateSource {
    /// PEM files.
    Files {
        /// The chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// Made at start, for these names.
    SelfSigned(Vec<String>),
    /// Made, renewed and published by the replicas themselves.
    Managed(Managed),
}

/// How certificates are made and shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// Where the Secret and the Lease are.
    pub namespace: String,
    /// The Secret.
    pub secret: String,
    /// The Lease whose holder makes certificates.
    pub lease: String,
    /// DNS names or addresses of the certificate.
    pub names: Vec<String>,
    /// How long a certificate lives.
    pub leaf_life: Duration,
    /// How long an authority lives: at least two lives of a certificate.
    pub authority_life: Duration,
    /// Between publishing an authority and serving under it: what API servers take to see a changed configuration.
    pub settle: Duration,
}
