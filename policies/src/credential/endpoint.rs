//! Endpoints: where a container's requests go, and for which services.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints"; for programs, their own settings.

use crate::document::{At, find_mark};
use crate::lexicon::{Lexicon, lexicon};

use super::reach::ahead;
use super::{host, safe_name, service, slot};

/// An endpoint that a container is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) at: At,
    pub(super) scope: Scope,
    pub(super) leads: Leads,
    /// A clause: `S3_ENDPOINT names MinIO`.
    pub(super) because: String,
    /// The name before the words that say endpoint: whose endpoint it is.
    pub(super) prefix: String,
    /// Keys of the same prefix stand beside it.
    pub(super) owned: bool,
    /// A setting of the SDKs, which `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` switches off.
    pub(super) of_sdk: bool,
}

/// What an endpoint is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every service.
    All,
    /// The program's storage: S3 by the program's own setting.
    Storage,
    /// One service, by the name that endpoints use.
    Service(String),
    /// Whatever the settings of the same prefix are for.
    Prefix,
}

/// Where an endpoint leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    /// To AWS.
    Aws,
    /// To something else.
    Elsewhere,
    /// It is not written here.
    Unknown,
}

/// What an endpoint's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot<'n> {
    pub(super) scope: Scope,
    pub(super) prefix: &'n str,
    pub(super) of_sdk: bool,
    /// Any host counts; otherwise only one that is known to be a store.
    pub(super) any_host: bool,
}

/// The part of a URL that is looked at.
const LONGEST_URL: usize = 512;

/// What a word says of the value behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// An address: enough when the host is a known store.
    Address,
    /// An endpoint, by itself.
    Endpoint,
}

/// Words that say endpoint or address.
static MARKS: Lexicon<Mark> = Lexicon::new(&[
    ("endpoint", Mark::Endpoint),
    ("endpoints", Mark::Endpoint),
    ("url", Mark::Address),
    ("uri", Mark::Address),
    ("host", Mark::Address),
    ("hostname", Mark::Address),
    ("server", Mark::Address),
    ("address", Mark::Address),
    ("addr", Mark::Address),
    ("baseurl", Mark::Address),
]);
/// What beside an endpoint is no setting of AWS's or of a store.
static OTHERS: Lexicon<()> = lexicon!["aws", "otel", "otlp", "metadata", "telemetry"];
/// Words around them that change nothing.
static FILLERS: Lexicon<()> = lexicon![
    "aws", "amazon", "url", "uri", "host", "custom", "override", "default", "region", "local", "internal",
    "external", "public", "service", "config", "cli", "sdk", "port", "api", "storage", "client",
];
/// Words that say storage.
static STORAGE: Lexicon<()> = lexicon![
    "s3",
    "objectstore",
    "objstore",
    "bucket",
    "minio",
    "r2",
    "b2",
    "spaces",
    "wasabi",
    "ceph",
    "rgw",
    "blob",
    "object",
    "backup",
    "media",
    "upload",
    "uploads",
    "assets",
    "attachments",
];
/// Words that name a program with storage of its own.
static PROGRAMS: Lexicon<()> = lexicon![
    "litestream",
    "restic",
    "velero",
    "loki",
    "thanos",
    "mimir",
    "tempo",
    "rclone",
    "pgbackrest",
    "walg",
    "wale",
];
/// Services as settings call them, and as endpoints do.
static SERVICES: Lexicon<&str> = Lexicon::new(&[
    ("sqs", "sqs"),
    ("sns", "sns"),
    ("dynamodb", "dynamodb"),
    ("dynamo", "dynamodb"),
    ("kinesis", "kinesis"),
    ("firehose", "firehose"),
    ("ses", "email"),
    ("sesv2", "email"),
    ("ssm", "ssm"),
    ("kms", "kms"),
    ("secretsmanager", "secretsmanager"),
    ("lambda", "lambda"),
    ("events", "events"),
    ("eventbridge", "events"),
    ("sfn", "states"),
    ("stepfunctions", "states"),
    ("cloudwatch", "monitoring"),
    ("logs", "logs"),
    ("bedrock", "bedrock"),
    ("textract", "textract"),
    ("sts", "sts"),
    ("ecs", "ecs"),
]);

/// What a name says about an endpoint, if it is one of AWS's services or of a store.
pub(super) fn slot(name: &str) -> Option<Slot<'_>> {
    if let Some(service) = name.strip_prefix("AWS_ENDPOINT_URL_") {
        return of_sdk_service(service);
    }
    let says = slot::words(name).filter_map(|word| MARKS.get(word)).max()?;
    let any_host = *says == Mark::Endpoint;
    let scope = scope_of(name, any_host)?;
    // `--endpoint` alone may be anything's: the host has to say more.
    let any_host = any_host && slot::words(name).nth(1).is_some();
    Some(Slot { scope, prefix: prefix_of(name), of_sdk: name == "AWS_ENDPOINT_URL", any_host })
}

fn of_sdk_service(name: &str) -> Option<Slot<'static>> {
    let service = name.to_ascii_lowercase().replace('_', "-");
    // Where STS is asked says nothing of where keys go.
    (service != "sts").then(|| Slot {
        scope: Scope::Service(endpoint_name(&service)),
        prefix: "",
        of_sdk: true,
        any_host: true,
    })
}

/// A service's name in its hosts, from its name in settings.
fn endpoint_name(service: &str) -> String {
    SERVICES.get(service).copied().unwrap_or(service).to_owned()
}

fn scope_of(name: &str, any_host: bool) -> Option<Scope> {
    let words = || slot::words(name);
    if let Some(service) = words().find_map(|word| SERVICES.get(word)) {
        return (*service != "sts").then(|| Scope::Service((*service).to_owned()));
    }
    if words().any(|word| STORAGE.has(word) || PROGRAMS.has(word)) {
        return Some(Scope::Storage);
    }
    if words().any(|word| word.eq_ignore_ascii_case("localstack")) {
        return Some(Scope::All);
    }
    match words().all(|word| FILLERS.has(word) || MARKS.get(word) == Some(&Mark::Endpoint)) {
        true if any_host => Some(Scope::All),
        false if any_host && !words().any(|word| OTHERS.has(word)) => Some(Scope::Prefix),
        _ => None,
    }
}

/// What stands before the first word that says endpoint or address.
fn prefix_of(name: &str) -> &str {
    let is_mark = |word: &&str| MARKS.has(word);
    let end = slot::words(name)
        .find(is_mark)
        .map_or(name.len(), |word| word.as_ptr() as usize - name.as_ptr() as usize);
    name[..end].trim_end_matches(['_', '-', '.'])
}

/// The endpoint that a named text is.
pub(super) fn written(name: &str, text: &str, at: At) -> Option<Endpoint> {
    let slot = slot(name)?;
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if find_mark(text).is_some() || text.contains("$(") {
        return slot.any_host.then(|| unknown(name, &slot, at));
    }
    let host = host::of_url(text)?;
    let store = host::store(host);
    let leads = if service::is_aws(host) { Leads::Aws } else { Leads::Elsewhere };
    if leads == Leads::Elsewhere && store.is_none() && !slot.any_host {
        return None;
    }
    let because = clause(name, store, leads);
    Some(Endpoint {
        at,
        scope: slot.scope,
        leads,
        because,
        prefix: slot.prefix.to_owned(),
        owned: false,
        of_sdk: slot.of_sdk,
    })
}

/// The endpoint whose value stands elsewhere.
pub(super) fn referenced(name: &str, at: At) -> Option<Endpoint> {
    slot(name)
        .filter(|slot| slot.any_host || slot.scope == Scope::Storage)
        .map(|slot| unknown(name, &slot, at))
}

/// A URL to a known store or server, whatever its name: `RESTIC_REPOSITORY=s3:http://minio:9000/backup`.
pub(super) fn within(name: &str, text: &str, at: At) -> Option<Endpoint> {
    memchr::memchr(b':', text.as_bytes())?;
    let store = repository(text).or_else(|| urls(text).filter_map(host::of_url).find_map(host::store))?;
    let because = if name.is_empty() {
        format!("the command names {store}")
    } else {
        format!("{} names {store}", safe_name(name))
    };
    Some(Endpoint {
        at,
        scope: Scope::Storage,
        leads: Leads::Elsewhere,
        because,
        prefix: String::new(),
        owned: false,
        of_sdk: false,
    })
}

/// The store of a restic repository, `s3:HOST/BUCKET`.
fn repository(text: &str) -> Option<&'static str> {
    let address = text.strip_prefix("s3:").filter(|rest| !rest.starts_with("//"))?;
    let host = host::of_url(ahead(address, 0, LONGEST_URL))
        .filter(|host| host.contains('.') && !service::is_aws(host))?;
    host::store(host).or(Some("a host outside AWS"))
}

/// From each scheme to the end of its word.
fn urls(text: &str) -> impl Iterator<Item = &str> {
    memchr::memmem::find_iter(text.as_bytes(), "://").filter_map(|at| {
        let rest = ahead(text, at, LONGEST_URL);
        rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '\\')).next()
    })
}

fn unknown(name: &str, slot: &Slot<'_>, at: At) -> Endpoint {
    Endpoint {
        at,
        scope: slot.scope.clone(),
        leads: Leads::Unknown,
        because: format!("{} comes from elsewhere", safe_name(name)),
        prefix: slot.prefix.to_owned(),
        owned: false,
        of_sdk: slot.of_sdk,
    }
}

fn clause(name: &str, store: Option<&str>, leads: Leads) -> String {
    let name = safe_name(name);
    match (store, leads) {
        (Some(store), _) => format!("{name} names {store}"),
        (None, Leads::Aws) => format!("{name} names AWS"),
        // The host itself is not shown: it may be anything.
        (None, _) => format!("{name} names a host outside AWS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str) -> Option<Scope> {
        slot(name).map(|slot| slot.scope)
    }

    #[test]
    fn names_say_what_an_endpoint_is_for() {
        for name in ["AWS_ENDPOINT_URL", "endpoint-url", "AWS_ENDPOINT", "LOCALSTACK_HOST", "ENDPOINT_URL"] {
            assert_eq!(scope(name), Some(Scope::All), "{name}");
        }
        for name in [
            "S3_ENDPOINT",
            "AWS_S3_ENDPOINT_URL",
            "MINIO_URL",
            "s3.endpoint",
            "LITESTREAM_ENDPOINT",
            "RCLONE_CONFIG_X_ENDPOINT",
            "S3_HOSTNAME",
        ] {
            assert_eq!(scope(name), Some(Scope::Storage), "{name}");
        }
        assert_eq!(scope("AWS_ENDPOINT_URL_S3"), Some(Scope::Service("s3".into())));
        assert_eq!(scope("DYNAMODB_ENDPOINT"), Some(Scope::Service("dynamodb".into())));
        assert_eq!(scope("ARCHIVE_ENDPOINT"), Some(Scope::Prefix));
    }

    #[test]
    fn other_endpoints_are_none() {
        for name in [
            "AWS_ENDPOINT_URL_STS",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_ELASTICSEARCH_ENDPOINT",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "DATABASE_URL",
            "AWS_XRAY_DAEMON_ADDRESS",
            "AWS_IOT_ENDPOINT",
        ] {
            assert_eq!(scope(name), None, "{name}");
        }
    }

    #[test]
    fn what_an_endpoint_names_decides() {
        let leads = |name: &str, text: &str| written(name, text, At::ROOT).map(|endpoint| endpoint.leads);
        assert_eq!(leads("S3_ENDPOINT", "http://minio:9000"), Some(Leads::Elsewhere));
        assert_eq!(leads("S3_ENDPOINT", "https://s3.eu-west-1.amazonaws.com"), Some(Leads::Aws));
        assert_eq!(leads("S3_ENDPOINT", "storage.example.org"), Some(Leads::Elsewhere));
        assert_eq!(leads("S3_URL", "https://cdn.example.org"), None);
        assert_eq!(leads("S3_ENDPOINT", ""), None);
        assert_eq!(leads("endpoint", "unix:///csi/csi.sock"), None);
        assert_eq!(leads("endpoint", "https://etcd:2379"), None);
        assert_eq!(leads("endpoint", "http://minio:9000"), Some(Leads::Elsewhere));
    }
}
