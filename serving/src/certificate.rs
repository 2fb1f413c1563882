//! A serving certificate: read from PEM, and swapped without a restart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use arc_swap::ArcSwapOption;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tracing::{info, warn};

use crate::reload::Watched;

/// The certificate in use. Connections that are open keep the one they began with.
#[derive(Debug, Default)]
pub struct Serving {
    current: ArcSwapOption<CertifiedKey>,
}

impl Serving {
    /// Starts with a certificate. Without one, as by default, handshakes fail.
    pub fn new(first: CertifiedKey) -> Self {
        Self { current: ArcSwapOption::from_pointee(first) }
    }

    /// Serves another from now on.
    pub fn swap(&self, next: CertifiedKey) {
        self.current.store(Some(Arc::new(next)));
    }

    /// The leaf and what is served with it; empty while nothing is.
    pub fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.current.load().as_ref().map(|current| current.cert.clone()).unwrap_or_default()
    }

    /// The leaf's bytes.
    pub fn leaf(&self) -> Vec<u8> {
        self.chain().first().map(|leaf| leaf.to_vec()).unwrap_or_default()
    }

    /// When the leaf ends, in seconds since 1970.
    pub fn not_after(&self) -> Option<i64> {
        not_after(&self.leaf())
    }
}

impl ResolvesServerCert for Serving {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current.load_full()
    }
}

/// When a certificate ends, in seconds since 1970.
pub fn not_after(der: &[u8]) -> Option<i64> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

/// PEM files that a certificate comes from, read again when they change.
#[derive(Debug)]
pub struct Files {
    cert: PathBuf,
    key: PathBuf,
    watched: Mutex<Watched>,
}

impl Files {
    /// Reads the certificate that is served first.
    pub fn read(cert: PathBuf, key: PathBuf) -> Result<(Self, CertifiedKey)> {
        // Watched first: a change while they are read is then seen later.
        let watched = Mutex::new(Watched::new(vec![cert.clone(), key.clone()]));
        let first = from_files(&cert, &key)?;
        Ok((Self { cert, key, watched }, first))
    }

    /// Looks whether they changed, serves what they bring, and says in the log what came of it. What is broken changes nothing.
    pub fn renew(&self, serving: &Serving) {
        if !self.watched.lock().unwrap_or_else(PoisonError::into_inner).changed() {
            return;
        }
        match from_files(&self.cert, &self.key) {
            Ok(fresh) => {
                serving.swap(fresh);
                info!(not_after = serving.not_after(), "certificate reloaded");
            }
            Err(error) => {
                let error = format!("{error:#}");
                warn!(error, "the new certificate is broken; the old one is served on");
            }
        }
    }
}

/// A certificate chain and its key, from PEM files.
fn from_files(cert: &Path, key: &Path) -> Result<CertifiedKey> {
    let chain = fs::read(cert).with_context(|| format!("cannot read {}", cert.display()))?;
    let key_text = fs::read(key).with_context(|| format!("cannot read {}", key.display()))?;
    from_pem(&chain, &key_text).with_context(|| format!("in {} and {}", cert.display(), key.display()))
}

/// A certificate chain and its key, both PEM. The whole chain is served, intermediates included.
pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<CertifiedKey> {
    let chain =
        CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>().context("not a PEM chain")?;
    ensure!(!chain.is_empty(), "no certificate in the chain");
    let key = PrivateKeyDer::from_pem_slice(key).context("not a PEM private key")?;
    let certified = CertifiedKey::new(chain, any_supported_type(&key).context("not a usable private key")?);
    certified.keys_match().context("the key is not the certificate's")?;
    Ok(certified)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn certified(name: &str) -> CertifiedKey {
        let (cert, key) = made(name);
        from_pem(cert.as_bytes(), key.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let ((cert, _), (_, key)) = (made("a.example"), made("b.example"));
        assert!(from_pem(cert.as_bytes(), key.as_bytes()).is_err());
    }

    #[test]
    fn a_chain_keeps_its_intermediates() {
        let ((cert, key), (other, _)) = (made("a.example"), made("b.example"));
        assert_eq!(from_pem((cert + &other).as_bytes(), key.as_bytes()).unwrap().cert.len(), 2);
    }

    #[test]
    fn files_that_break_leave_the_certificate_before_them_served() {
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
        let write = |(chain, secret): (String, String)| {
            fs::write(&cert, chain).unwrap();
            fs::write(&key, secret).unwrap();
        };
        write(made("a.example"));
        let (files, first) = Files::read(cert.clone(), key.clone()).unwrap();
        let serving = Serving::new(first);
        let first = serving.leaf();
        write((made("b.example").0, made("c.example").1));
        files.renew(&serving);
        assert_eq!(serving.leaf(), first);
        write(made("b.example"));
        files.renew(&serving);
        assert_ne!(serving.leaf(), first);
    }

    #[test]
    fn swapping_changes_what_is_served() {
        let serving = Serving::new(certified("a.example"));
        let before = serving.leaf();
        serving.swap(certified("a.example"));
        assert_ne!(before, serving.leaf());
        assert!(serving.not_after().is_some());
    }
}
