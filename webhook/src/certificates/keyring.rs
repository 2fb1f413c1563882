//! What replicas share: the authorities that are trusted, the key that signs, and the leaf that is served.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::X509Certificate;

/// A private key, PEM. It has no `Display` and no `Serialize`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(String);

impl PrivateKey {
    /// Takes a text in.
    pub fn new(pem: String) -> Self {
        Self(pem)
    }

    /// Opens it, to sign, to serve or to store in the Secret.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

/// A certificate and when it is valid, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its bytes.
    pub der: CertificateDer<'static>,
    /// The first second.
    pub begins: i64,
    /// The last second.
    pub ends: i64,
}

impl Certificate {
    /// Reads one; `None` when the bytes are none.
    pub fn new(der: CertificateDer<'static>) -> Option<Self> {
        let (begins, ends) = {
            let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
            let validity = certificate.validity();
            (validity.not_before.timestamp(), validity.not_after.timestamp())
        };
        Some(Self { der, begins, ends })
    }

    /// Reads each certificate of a PEM text, leaving out what is none.
    pub fn all(pem: &[u8]) -> Vec<Self> {
        CertificateDer::pem_slice_iter(pem).filter_map(|der| Self::new(der.ok()?)).collect()
    }

    /// As PEM. Source: RFC 7468, section 2: lines of 64 characters.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// The DNS names and addresses that it is for.
    pub fn names(&self) -> Vec<String> {
        x509_parser::parse_x509_certificate(&self.der).map(|(_, parsed)| names(&parsed)).unwrap_or_default()
    }

    /// The common name of its subject.
    pub fn subject(&self) -> Option<String> {
        let (_, parsed) = x509_parser::parse_x509_certificate(&self.der).ok()?;
        let name = parsed.subject().iter_common_name().next()?.as_str().ok()?;
        Some(name.to_owned())
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension.iter().flat_map(|extension| &extension.value.general_names);
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let sixteen = || <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    four.or_else(|_| sixteen()).ok().map(|address| address.to_string())
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The certificate.
    pub certificate: Certificate,
    /// Its key.
    pub key: PrivateKey,
}

/// What replicas share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    /// The authority that signs.
    pub authority: Pair,
    /// What is served: a leaf of that authority.
    pub leaf: Pair,
    /// The authority that is being published, and will sign.
    pub next: Option<Pair>,
    /// Authorities that signed before, the latest first. Their keys are gone.
    pub retired: Vec<Certificate>,
}

impl Keyring {
    /// Every authority that must be trusted.
    pub fn trusted(&self) -> impl Iterator<Item = &Certificate> {
        let next = self.next.iter().map(|pair| &pair.certificate);
        std::iter::once(&self.authority.certificate).chain(next).chain(&self.retired)
    }

    /// The `caBundle`: every authority that must be trusted, PEM.
    pub fn bundle(&self) -> String {
        self.trusted().map(Certificate::pem).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::authority;
    use super::*;

    #[test]
    fn a_private_key_shows_nothing_of_itself() {
        let pair = authority::new(0, 3600).unwrap();
        assert!(!format!("{pair:?}").contains("PRIVATE"));
        assert_eq!(format!("{:?}", pair.key), "PrivateKey");
    }

    #[test]
    fn a_bundle_is_read_back_as_it_was_written() {
        let (one, two) = (authority::new(0, 3600).unwrap(), authority::new(5, 3600).unwrap());
        let pem = one.certificate.pem() + &two.certificate.pem();
        assert_eq!(Certificate::all(pem.as_bytes()), [one.certificate, two.certificate]);
    }

    #[test]
    fn names_and_addresses_of_a_leaf_are_told() {
        let authority = authority::new(0, 3600).unwrap();
        let names = ["policyctl.policyctl.svc".to_owned(), "127.0.0.1".to_owned()];
        let leaf = authority::leaf(&authority, &names, 0, 60).unwrap();
        assert_eq!(leaf.certificate.names(), names);
    }
}
