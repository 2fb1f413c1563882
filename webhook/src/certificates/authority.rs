//! Making certificates: an authority, and leaves of it. ECDSA on P-256, signed with SHA-256.

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
};
use time::OffsetDateTime;

use super::keyring::{Certificate, Pair, PrivateKey};

/// How the common names of our authorities begin.
pub const SUBJECT: &str = "policyctl-webhook authority";

/// Seconds that certificates count from before they were made: clocks of API servers may be behind ours.
pub const BACKDATED: i64 = 3600;

/// A new authority that lives for some seconds from now. It signs leaves alone.
pub fn new(now: i64, life: i64) -> Result<Pair> {
    let mut params = params(&format!("{SUBJECT} {now}"), now, now + life)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = params.self_signed(&key)?;
    pair(&certificate, &key)
}

/// A new leaf of an authority, for DNS names and addresses. It ends with its authority at the latest.
pub fn leaf(authority: &Pair, names: &[String], now: i64, life: i64) -> Result<Pair> {
    let ends = authority.certificate.ends.min(now + life);
    let mut params = params("policyctl-webhook", now, ends)?;
    params.subject_alt_names = alternatives(names)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let signer = KeyPair::from_pem(authority.key.expose()).context("the authority's key cannot be read")?;
    let issuer = Issuer::from_ca_cert_der(&authority.certificate.der, signer)?;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    pair(&params.signed_by(&key, &issuer)?, &key)
}

/// Whether a certificate is an authority that this program made.
pub fn is_ours(certificate: &Certificate) -> bool {
    certificate.subject().is_some_and(|subject| subject.starts_with(SUBJECT))
}

fn params(name: &str, now: i64, ends: i64) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::from_unix_timestamp(now - BACKDATED)?;
    params.not_after = OffsetDateTime::from_unix_timestamp(ends)?;
    Ok(params)
}

fn alternatives(names: &[String]) -> Result<Vec<SanType>> {
    let read = CertificateParams::new(names).context("a name of --tls-names cannot be one")?;
    Ok(read.subject_alt_names)
}

fn pair(certificate: &rcgen::Certificate, key: &KeyPair) -> Result<Pair> {
    let certificate = Certificate::new(certificate.der().clone()).context("cannot read what was made")?;
    Ok(Pair { certificate, key: PrivateKey::new(key.serialize_pem()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn an_authority_may_sign_leaves_and_no_authority() {
        let made = new(DAY, DAY).unwrap();
        let (_, parsed) = x509_parser::parse_x509_certificate(&made.certificate.der).unwrap();
        let constraints = parsed.basic_constraints().unwrap().unwrap().value;
        assert!(constraints.ca && constraints.path_len_constraint == Some(0));
        assert!(is_ours(&made.certificate));
    }

    #[test]
    fn a_leaf_ends_with_its_authority_at_the_latest() {
        let authority = new(DAY, DAY).unwrap();
        let names = ["a.example".to_owned()];
        assert_eq!(leaf(&authority, &names, DAY, 60).unwrap().certificate.ends, DAY + 60);
        assert_eq!(leaf(&authority, &names, DAY, 9 * DAY).unwrap().certificate.ends, 2 * DAY);
    }

    #[test]
    fn a_leaf_is_on_the_curve_p_256() {
        let authority = new(DAY, DAY).unwrap();
        let leaf = leaf(&authority, &["a.example".to_owned()], DAY, 60).unwrap();
        let (_, parsed) = x509_parser::parse_x509_certificate(&leaf.certificate.der).unwrap();
        let curve = parsed.public_key().algorithm.parameters.as_ref().unwrap().as_oid().unwrap();
        assert_eq!(curve.to_id_string(), "1.2.840.10045.3.1.7");
    }
}
