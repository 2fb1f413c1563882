//! Names that are read as keys: by the SDKs, and by programs of their own.
//!
//! A name is looked at from its end: `..._SECRET_ACCESS_KEY`, `...accessKeyId`, `...-secret-key`, in any
//! case and with any separators. What stands before it is the prefix: it says whose key it is, and which
//! halves belong together. A name such as `UNSPLASH_ACCESS_KEY` or `DJANGO_SECRET_KEY` is no evidence.

use super::{Part, Reader};
use crate::lexicon::{Lexicon, lexicon};

/// What a name says about the value behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot<'n> {
    /// Which part of a key it holds.
    pub(super) part: Part,
    /// Who reads it.
    pub(super) reader: Reader,
    /// What stands before the words that say so, without separators at its end.
    pub(super) prefix: &'n str,
    /// How it is spelled; halves of one spelling belong together first.
    pub(super) style: Style,
    /// Whose keys they are, when the name says that they are not AWS's.
    pub(super) vendor: Option<&'static str>,
    /// The name is enough: it speaks of AWS, S3, or in words that only AWS uses.
    pub(super) sure: bool,
}

/// How a slot is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `ACCESS_KEY_ID`, `SECRET_ACCESS_KEY`, `SESSION_TOKEN`.
    Full,
    /// `ACCESS_KEY`, `SECRET_KEY`, `SECURITY_TOKEN`.
    Short,
    /// `KEY`, `SECRET` and what else only some programs say.
    Bare,
}

/// How much of a name must speak of AWS for the slot to be sure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// Nothing: these words are AWS's own.
    Nothing,
    /// A word of the prefix.
    Brand,
    /// The last word of the prefix.
    Neighbour,
    /// Sure for nobody: a value must prove it.
    Proof,
}

/// What the SDKs read from the environment.
/// Sources: each SDK's developer guide, "environment variables"; `AMAZON_*` by the SDK for JavaScript v2 and
/// for Ruby, `SECRET_ACCESS_KEY` by the SDK for Rust, `AWS_SECURITY_TOKEN` by botocore.
static SDK_VARIABLES: Lexicon<()> = lexicon![
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    "SECRET_ACCESS_KEY",
    "AWS_BEARER_TOKEN_BEDROCK",
];

/// Java system properties that the SDKs for Java 1 and 2 and for Kotlin read.
/// Source: AWS SDK for Java developer guide, "SystemPropertyCredentialsProvider".
static SDK_PROPERTIES: Lexicon<()> =
    lexicon!["aws.accessKeyId", "aws.secretKey", "aws.secretAccessKey", "aws.sessionToken"];

/// How names end, by the last letter; the longer of two that end alike stands first.
static ENDINGS: &[(u8, &[Ending])] = &[
    (
        b'y',
        &[
            ("secretaccesskey", Part::Secret, Style::Full, Ask::Nothing),
            ("accesssecretkey", Part::Secret, Style::Short, Ask::Brand),
            ("accesskey", Part::Id, Style::Short, Ask::Brand),
            ("secretkey", Part::Secret, Style::Short, Ask::Brand),
            ("seckey", Part::Secret, Style::Bare, Ask::Neighbour),
            ("key", Part::Id, Style::Bare, Ask::Proof),
        ],
    ),
    (
        b'd',
        &[
            ("accesskeyid", Part::Id, Style::Full, Ask::Nothing),
            ("keyid", Part::Id, Style::Bare, Ask::Neighbour),
            ("rootpassword", Part::Secret, Style::Bare, Ask::Proof),
            ("id", Part::Id, Style::Bare, Ask::Proof),
            ("password", Part::Secret, Style::Bare, Ask::Proof),
        ],
    ),
    (b'k', &[("bearertokenbedrock", Part::Bearer, Style::Full, Ask::Nothing)]),
    (
        b't',
        &[
            ("accesskeysecret", Part::Secret, Style::Full, Ask::Brand),
            ("accesssecret", Part::Secret, Style::Short, Ask::Brand),
            ("keysecret", Part::Secret, Style::Bare, Ask::Neighbour),
            ("secret", Part::Secret, Style::Bare, Ask::Proof),
        ],
    ),
    (
        b'n',
        &[
            ("sessiontoken", Part::Token, Style::Full, Ask::Brand),
            ("securitytoken", Part::Token, Style::Short, Ask::Brand),
        ],
    ),
    (b'r', &[("rootuser", Part::Id, Style::Bare, Ask::Proof), ("user", Part::Id, Style::Bare, Ask::Proof)]),
];

/// The words without separators, and what they say.
type Ending = (&'static str, Part, Style, Ask);

/// Words that name AWS or its storage; `AWSS3`, `S3FS` and the like begin with one.
static BRANDS: &[&str] = &["aws", "s3", "amazon"];

/// Programs whose own variables hold keys without naming AWS.
/// Sources: Litestream, "Environment variables"; rclone, "S3"; Velero, Thanos and Loki, "Object storage".
static PROGRAMS: Lexicon<()> =
    lexicon!["litestream", "rclone", "restic", "velero", "thanos", "loki", "mimir", "tempo", "walg", "wale"];

/// Last words of a prefix that make the key something else, though it speaks of AWS.
static OTHER_PURPOSES: Lexicon<()> = lexicon![
    "app",
    "client",
    "cognito",
    "cookie",
    "csrf",
    "django",
    "encryption",
    "flask",
    "hmac",
    "jwt",
    "kms",
    "pair",
    "session",
    "signing",
    "ssh",
    "sse",
    "url",
];

/// Words that name a store which takes such keys and is not AWS.
static VENDORS: Lexicon<&str> = Lexicon::new(&[
    ("minio", "MinIO"),
    ("r2", "Cloudflare R2"),
    ("cloudflare", "Cloudflare R2"),
    ("b2", "Backblaze B2"),
    ("backblaze", "Backblaze B2"),
    ("spaces", "DigitalOcean Spaces"),
    ("digitalocean", "DigitalOcean Spaces"),
    ("wasabi", "Wasabi"),
    ("scw", "Scaleway"),
    ("scaleway", "Scaleway"),
    ("linode", "Linode"),
    ("hetzner", "Hetzner"),
    ("ovh", "OVH"),
    ("gcs", "Google Cloud Storage"),
    ("google", "Google Cloud Storage"),
    ("tigris", "Tigris"),
    ("storj", "Storj"),
    ("ceph", "Ceph"),
    ("rgw", "Ceph"),
    ("garage", "Garage"),
    ("seaweedfs", "SeaweedFS"),
    ("idrive", "IDrive e2"),
    ("aliyun", "Alibaba Cloud"),
    ("alibaba", "Alibaba Cloud"),
    ("alicloud", "Alibaba Cloud"),
    ("oss", "Alibaba Cloud"),
    ("tencent", "Tencent Cloud"),
    ("tencentcloud", "Tencent Cloud"),
    ("cos", "Tencent Cloud"),
    ("huawei", "Huawei Cloud"),
    ("huaweicloud", "Huawei Cloud"),
    ("obs", "Huawei Cloud"),
    ("volc", "Volcengine"),
    ("volcengine", "Volcengine"),
    ("yandex", "Yandex Cloud"),
    ("ibm", "IBM Cloud"),
    ("oci", "Oracle Cloud"),
    ("vultr", "Vultr"),
    ("exoscale", "Exoscale"),
]);

/// Longer names are no slot.
const LONGEST: usize = 160;

/// What a name of a variable, an option or a member says, if it says anything about keys.
pub(super) fn of(name: &str) -> Option<Slot<'_>> {
    let (rest, last) = name.as_bytes().split_last().map(|(last, rest)| (rest, last.to_ascii_lowercase()))?;
    if name.len() > LONGEST || !may_end_with(*rest.last()?, last) {
        return None;
    }
    let (_, endings) = ENDINGS.iter().find(|(letter, _)| *letter == last)?;
    let (prefix, &(_, part, style, ask)) =
        endings.iter().find_map(|ending| Some((before_ending(name, ending.0)?, ending)))?;
    let vendor = vendor_in(prefix);
    let sure = is_sure(prefix, part, ask, vendor.is_some());
    Some(Slot { part, reader: reader_of(name), prefix, style, vendor, sure })
}

/// As [`of`], for names that are enough by themselves.
pub(super) fn sure(name: &str) -> Option<Slot<'_>> {
    of(name).filter(|slot| slot.sure)
}

/// The name is one that SDKs read.
pub(super) fn is_sdk(name: &str) -> bool {
    SDK_VARIABLES.has_exactly(name) || SDK_PROPERTIES.has_exactly(name)
}

/// The store whose keys or settings a name speaks of, when it is not AWS's.
pub(super) fn vendor_in(name: &str) -> Option<&'static str> {
    words(name).find_map(|word| VENDORS.get(word).copied())
}

/// The words of a name, cut at separators and before capitals that follow small letters.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end + bytes.get(end..)?.iter().position(u8::is_ascii_alphanumeric)?;
        end = start + 1;
        while bytes.get(end).is_some_and(|byte| goes_on(bytes[end - 1], *byte)) {
            end += 1;
        }
        name.get(start..end)
    })
}

/// A byte continues the word of the byte before it.
fn goes_on(before: u8, byte: u8) -> bool {
    byte.is_ascii_alphanumeric() && !(before.is_ascii_lowercase() && byte.is_ascii_uppercase())
}

fn reader_of(name: &str) -> Reader {
    if is_sdk(name) { Reader::Sdk } else { Reader::Program }
}

/// A quick no for many names: what the last letter of a slot may be, in lower case.
pub(super) fn may_end(last: u8) -> bool {
    matches!(last, b'y' | b'd' | b't' | b'n' | b'k' | b'r')
}

/// As [`may_end`], of the last two bytes.
fn may_end_with(before: u8, last: u8) -> bool {
    let pair = [before.to_ascii_lowercase(), last];
    matches!(&pair, b"ey" | b"id" | b"et" | b"en" | b"ck" | b"er" | b"rd")
        || (is_separator(before) && may_end(last))
}

/// What stands before an ending, separators and case passed over.
fn before_ending<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let bytes = name.as_bytes();
    let mut end = bytes.len();
    for wanted in ending.bytes().rev() {
        while end > 0 && is_separator(bytes[end - 1]) {
            end -= 1;
        }
        end = end.checked_sub(1).filter(|at| bytes[*at].to_ascii_lowercase() == wanted)?;
    }
    name.get(..end).map(|prefix| prefix.trim_end_matches(['_', '-', '.', ' ', '/']))
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b' ')
}

fn is_sure(prefix: &str, part: Part, ask: Ask, vendor: bool) -> bool {
    let last = || words(prefix).last().unwrap_or_default();
    let branded = || words(prefix).any(|word| is_brand(word) || PROGRAMS.has(word));
    match ask {
        Ask::Nothing => part != Part::Id || !prefix.is_empty() || vendor,
        Ask::Brand => (vendor || branded()) && !OTHER_PURPOSES.has(last()),
        Ask::Neighbour => is_brand(last()),
        Ask::Proof => {
            vendor && matches!(part, Part::Id | Part::Secret) && last().eq_ignore_ascii_case("minio")
        }
    }
}

fn is_brand(word: &str) -> bool {
    BRANDS.iter().any(|brand| word.get(..brand.len()).is_some_and(|head| head.eq_ignore_ascii_case(brand)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Option<Part> {
        sure(name).map(|slot| slot.part)
    }

    #[test]
    fn names_that_programs_read_as_keys_are_slots() {
        for (name, expected) in [
            ("AWS_ACCESS_KEY_ID", Part::Id),
            ("aws_secret_access_key", Part::Secret),
            ("AWS_SECURITY_TOKEN", Part::Token),
            ("AWSACCESSKEYID", Part::Id),
            ("AWSSECRETACCESSKEY", Part::Secret),
            ("SECRET_ACCESS_KEY", Part::Secret),
            ("RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID", Part::Id),
            ("LITESTREAM_SECRET_ACCESS_KEY", Part::Secret),
            ("SPRING_CLOUD_AWS_CREDENTIALS_ACCESSKEY", Part::Id),
            ("cloud.aws.credentials.secret-key", Part::Secret),
            ("S3_ACCESS_KEY", Part::Id),
            ("S3_SECRET_KEY", Part::Secret),
            ("REGISTRY_STORAGE_S3_SECRETKEY", Part::Secret),
            ("TF_VAR_aws_access_key", Part::Id),
            ("PGBACKREST_REPO1_S3_KEY_SECRET", Part::Secret),
            ("LIBSQL_BOTTOMLESS_AWS_ACCESS_KEY_ID", Part::Id),
            ("aws_key_id", Part::Id),
            ("aws_sec_key", Part::Secret),
            ("awsSecretAccessKey", Part::Secret),
            ("AWS_BEARER_TOKEN_BEDROCK", Part::Bearer),
            ("MINIO_ROOT_USER", Part::Id),
            ("MINIO_ROOT_PASSWORD", Part::Secret),
        ] {
            assert_eq!(part(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn other_keys_and_pointers_are_none() {
        for name in [
            "UNSPLASH_ACCESS_KEY",
            "DJANGO_SECRET_KEY",
            "SECRET_KEY",
            "JWT_SECRET",
            "AWS_SECRET_ACCESS_KEY_FILE",
            "AWS_ACCESS_KEY_ID_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_KMS_KEY_ID",
            "AWS_COGNITO_SECRET_KEY",
            "AWS_SECRET_ARN",
            "AWS_SECRET",
            "S3_KEY",
            "AWS_KEY_ALIAS",
            "CLOUDFRONT_KEY_PAIR_ID",
            "DB_USER",
            "MINIO_USER_ID_COLUMN",
            "ACCESS_KEY_ID",
        ] {
            assert_eq!(part(name), None, "{name}");
        }
    }

    #[test]
    fn a_vendors_name_is_kept() {
        assert_eq!(sure("R2_SECRET_ACCESS_KEY").and_then(|slot| slot.vendor), Some("Cloudflare R2"));
        assert_eq!(sure("ALIYUN_ACCESS_KEY_ID").and_then(|slot| slot.vendor), Some("Alibaba Cloud"));
        assert_eq!(sure("AWS_ACCESS_KEY_ID").and_then(|slot| slot.vendor), None);
    }

    #[test]
    fn halves_share_their_prefix() {
        assert_eq!(
            of("BACKUP_AWS_ACCESS_KEY_ID").map(|s| s.prefix),
            of("BACKUP_AWS_SECRET_ACCESS_KEY").map(|s| s.prefix)
        );
        assert_eq!(of("awsAccessKeyId").map(|s| s.prefix), Some("aws"));
    }
}
