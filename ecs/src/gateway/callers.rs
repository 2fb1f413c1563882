//! Who may call: whoever signs with a key that the gateway's operator issued.
//!
//! Such a key is a name and a secret that the gateway and one caller share, and no key of AWS: the secret of
//! an IAM user or role cannot be known here.
//! Source: AWS general reference, "Signature Version 4 signing process".

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use super::request::Received;

/// How far a caller's clock may be off, as AWS has it.
const SKEW: Duration = Duration::from_mins(5);

/// Headers that a signature must cover: what else it covers does not matter.
const COVERED: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];

/// The keys that were issued.
#[derive(Debug)]
pub struct Callers(BTreeMap<String, Credentials>);

/// Why a file of callers is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCallers {
    /// A line that is no pair, counted from 1.
    #[error("line {0}: expected an id and a secret of at least 16 characters, apart by a blank")]
    Line(usize),
    /// Nobody could call.
    #[error("no caller is named")]
    Nobody,
}

impl Callers {
    /// Reads lines of an id and a secret; empty lines and those that begin with `#` are passed over.
    pub fn read(text: &str) -> Result<Self, NotCallers> {
        let mut callers = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<_> = line.split_whitespace().collect();
            let [id, secret] = words[..] else { return Err(NotCallers::Line(index + 1)) };
            let credentials = Credentials::new(id, secret, None, None, "callers");
            if secret.len() < 16 || callers.insert(id.to_owned(), credentials).is_some() {
                return Err(NotCallers::Line(index + 1));
            }
        }
        if callers.is_empty() { Err(NotCallers::Nobody) } else { Ok(Self(callers)) }
    }

    /// Who of them signed this request, for this region, not long ago.
    pub(super) fn signer(&self, received: &Received, region: &str) -> Option<&str> {
        let claim = received.headers.get(AUTHORIZATION).and_then(Claim::read)?;
        let (id, _) = self.0.get_key_value(claim.id)?;
        self.verify(&claim, received, region).unwrap_or(false).then_some(id)
    }

    fn verify(&self, claim: &Claim<'_>, received: &Received, region: &str) -> Option<bool> {
        let identity = self.0.get(claim.id)?.clone().into();
        let time = time_of(received.headers.get("x-amz-date")?.to_str().ok()?)?;
        let covered = COVERED.iter().all(|name| claim.headers.contains(name));
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("ecs")
            .time(time)
            .settings(settings)
            .build()
            .ok()?
            .into();
        let headers = claim.covered(&received.headers)?;
        let uri = format!("http://{}/", received.headers.get("host")?.to_str().ok()?);
        let request =
            SignableRequest::new("POST", uri, headers.into_iter(), SignableBody::Bytes(&received.body))
                .ok()?;
        let (_, signature) = sign(request, &parameters).ok()?.into_parts();
        Some(covered && is_now(time) && same(&signature, claim.signature))
    }
}

/// What an `Authorization` header says.
struct Claim<'h> {
    id: &'h str,
    headers: Vec<&'h str>,
    signature: &'h str,
}

impl<'h> Claim<'h> {
    /// `AWS4-HMAC-SHA256 Credential=ID/SCOPE, SignedHeaders=A;B, Signature=HEX`
    fn read(value: &'h HeaderValue) -> Option<Self> {
        let parts = value.to_str().ok()?.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let part = |name: &str| {
            let mut named = parts.split(',').filter_map(|part| part.trim().strip_prefix(name));
            named.next()?.strip_prefix('=')
        };
        Some(Self {
            id: part("Credential")?.split('/').next()?,
            headers: part("SignedHeaders")?.split(';').collect(),
            signature: part("Signature")?,
        })
    }

    /// The headers that are covered, but for the date, which signing adds.
    fn covered<'r>(&self, headers: &'r HeaderMap) -> Option<Vec<(&'r str, &'r str)>> {
        let named = headers.iter().filter(|(name, _)| {
            self.headers.contains(&name.as_str()) && *name != "x-amz-date" && *name != AUTHORIZATION
        });
        named.map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect()
    }
}

/// `20261125T030000Z`
fn time_of(date: &str) -> Option<SystemTime> {
    let (day, time) = date.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = [day.get(0..4)?, day.get(4..6)?, day.get(6..)?];
    let [hour, minute, second] = [time.get(0..2)?, time.get(2..4)?, time.get(4..)?];
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    SystemTime::try_from(DateTime::from_str(&text, Format::DateTime).ok()?).ok()
}

fn is_now(time: SystemTime) -> bool {
    let now = SystemTime::now();
    let apart = now.duration_since(time).or_else(|_| time.duration_since(now));
    apart.is_ok_and(|apart| apart <= SKEW)
}

/// Takes as long for any two texts of one length.
fn same(one: &str, other: &str) -> bool {
    let differs = one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b));
    one.len() == other.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_callers_is_pairs() {
        let callers =
            Callers::read("# the pipeline\nci 0123456789abcdef\n\nlaptop  fedcba9876543210\n").unwrap();
        assert_eq!(callers.0.len(), 2);
        assert!(!format!("{callers:?}").contains("0123456789abcdef"));
        for (wrong, error) in [
            ("", NotCallers::Nobody),
            ("# nobody\n", NotCallers::Nobody),
            ("ci short\n", NotCallers::Line(1)),
            ("ci\n", NotCallers::Line(1)),
            ("a 0123456789abcdef\na 0123456789abcdef\n", NotCallers::Line(2)),
        ] {
            assert_eq!(Callers::read(wrong).unwrap_err(), error, "{wrong}");
        }
    }

    #[test]
    fn a_date_is_read_whole_or_not_at_all() {
        assert!(time_of("20261125T030000Z").is_some());
        for wrong in ["", "20261125T030000", "2026-11-25T03:00:00Z", "20261125T0300Z", "2026é125T030000Z"] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
    }
}
