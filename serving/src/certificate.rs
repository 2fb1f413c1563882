//! A serving certificate: read from PEM, and swapped without a restart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arc_swap::ArcSwapOption;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::reload::Reloaded;

/// The certificate in use. Connections that are open keep the one they began with.
#[derive(Debug, Default)]
pub struct Serving {
    current: ArcSwapOption<CertifiedKey>,
}

impl Serving {
    /// Starts with a certificate. Without one, as by default, handshakes fail.
    pub fn new(first: impl Into<Arc<CertifiedKey>>) -> Self {
        Self { current: ArcSwapOption::new(Some(first.into())) }
    }

    /// Serves another from now on.
    pub fn swap(&self, next: impl Into<Arc<CertifiedKey>>) {
        self.current.store(Some(next.into()));
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
pub struct Files(Reloaded<CertifiedKey>);

impl Files {
    /// Reads the certificate that is served first.
    pub fn read(cert: PathBuf, key: PathBuf) -> Result<(Self, Arc<CertifiedKey>)> {
        let files = vec![cert.clone(), key.clone()];
        let read = Reloaded::from_files("certificate", files, move || from_files(&cert, &key))?;
        let first = read.get();
        Ok((Self(read), first))
    }

    /// Looks whether they changed, and serves what they bring: whether that can be served. What is broken changes nothing.
    pub fn renew(&self, serving: &Serving) -> Option<bool> {
        let fits = self.0.renew()?;
        if fits {
            serving.swap(self.0.get());
        }
        Some(fits)
    }

    /// Why the files as they are now are not served.
    pub fn problem(&self) -> Option<Arc<String>> {
        self.0.problem()
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
        assert_eq!(files.renew(&serving), Some(false));
        assert!(files.problem().is_some());
        assert_eq!(serving.leaf(), first);
        write(made("b.example"));
        assert_eq!(files.renew(&serving), Some(true));
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
