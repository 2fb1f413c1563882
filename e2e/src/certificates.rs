//! One certificate authority for a run, and what it issues.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Issues certificates into a folder.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

/// A certificate and its key, as PEM files.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Pair {
    /// Accepts connections as this server.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor> {
        let chain = vec![CertificateDer::from_pem_file(&self.certificate)?];
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl Authority {
    /// A new authority.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "policyctl e2e");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        std::fs::write(folder.join("ca.crt"), issuer.pem())?;
        Ok(Self { issuer, folder: folder.to_owned() })
    }

    /// Where the private half of the keys for signing tokens is.
    pub(crate) fn signing_key(&self) -> PathBuf {
        self.folder.join("tokens.key")
    }

    /// Where the authority's own certificate is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    /// The authority's own certificate, as webhook configurations carry it.
    pub(crate) fn bundle(&self) -> String {
        STANDARD.encode(self.issuer.pem())
    }

    /// The authority's own certificate and key, for someone else who issues.
    pub(crate) fn own_pair(&self) -> Result<Pair> {
        let key = self.folder.join("ca.key");
        std::fs::write(&key, self.issuer.key().serialize_pem())?;
        Ok(Pair { certificate: self.path(), key })
    }

    /// A server on 127.0.0.1.
    pub(crate) fn local_server(&self, name: &str) -> Result<Pair> {
        self.server(name, ["127.0.0.1".to_owned()])
    }

    /// A server that is called by DNS names or addresses.
    pub(crate) fn server(&self, name: &str, called: impl IntoIterator<Item = String>) -> Result<Pair> {
        let mut params = named(name);
        params.subject_alt_names = called.into_iter().map(alternative).collect::<Result<_>>()?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(name, &params)
    }

    /// A user, and the group it is in.
    pub(crate) fn user(&self, name: &str, group: &str) -> Result<Pair> {
        let mut params = named(name);
        params.distinguished_name.push(DnType::OrganizationName, group);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(name, &params)
    }

    /// A key pair for signing tokens: the public and the private half.
    pub(crate) fn signing_keys(&self) -> Result<(PathBuf, PathBuf)> {
        let pair = KeyPair::generate()?;
        let (public, private) = (self.folder.join("tokens.pub"), self.signing_key());
        std::fs::write(&public, pair.public_key_pem())?;
        std::fs::write(&private, pair.serialize_pem())?;
        Ok((public, private))
    }

    /// Where what was issued under a name is.
    pub(crate) fn issued(&self, name: &str) -> Pair {
        Pair {
            certificate: self.folder.join(format!("{name}.crt")),
            key: self.folder.join(format!("{name}.key")),
        }
    }

    fn issue(&self, name: &str, params: &CertificateParams) -> Result<Pair> {
        let own = KeyPair::generate()?;
        let certificate = params.signed_by(&own, &self.issuer)?;
        let pair = self.issued(name);
        std::fs::write(&pair.certificate, certificate.pem())?;
        std::fs::write(&pair.key, own.serialize_pem())?;
        Ok(pair)
    }
}

fn alternative(called: String) -> Result<SanType> {
    Ok(match called.parse::<IpAddr>() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(called.try_into()?),
    })
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
