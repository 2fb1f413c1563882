//! What variables say: regions, hosts, ARNs, buckets, profiles.

#![expect(clippy::disallowed_methods, reason = "hosts and ARNs are looked for in values that are no keys")]

use super::{Evidence, Subject, Topic};
use crate::credential::{is_endpoint_name, safe_name, service};
use crate::document::At;
use crate::lexicon::{Lexicon, holds, lexicon};
use crate::workload::{Container, EnvVar, Mount, Reference, Value};

/// A value that names a service of AWS.
const NAMED: i32 = 60;
/// A setting whose name speaks of one.
const SPOKEN: i32 = 40;
/// A public download may be meant as well as a bucket of one's own.
const WEB_ADDRESS: i32 = 40;
/// A region: every SDK wants one.
const REGION: i32 = 20;
/// A region that the platform may have put there.
const INJECTED_REGION: i32 = 10;
/// A profile or a credentials file.
const FILE: i32 = 40;
/// The node's metadata is switched off beside keys that no AWS takes: a laptop's idiom.
const LAPTOP: i32 = -40;

/// A container that only tests.
const TEST: i32 = -20;

static REGIONS: Lexicon<()> = lexicon!["AWS_REGION", "AWS_DEFAULT_REGION"];
static FILES: Lexicon<()> =
    lexicon!["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"];
/// Variables that other evidence is made of, or that name the platform's own business.
static PASSED_OVER: Lexicon<()> = lexicon![
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_EXECUTION_ENV",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
    "NO_PROXY",
    "no_proxy",
];

/// Gathers what the variables, bulk sources and mounts of a container say.
pub(super) fn gather(subject: Subject<'_>, evidence: &mut Vec<Evidence>) {
    let container = subject.container;
    evidence.extend(container.env.iter().filter_map(|var| of_variable(subject, var)));
    evidence.extend(in_bulk(subject));
    evidence.extend(container.mounts.iter().find_map(of_mount));
    evidence.extend(laptop(subject));
    evidence.extend(test_hook(subject));
}

fn of_variable(subject: Subject<'_>, var: &EnvVar) -> Option<Evidence> {
    if PASSED_OVER.has_exactly(&var.name) {
        return None;
    }
    match &var.value {
        Value::Literal(text) => of_text(subject, &var.name, text.expose(), var.at),
        Value::Reference(reference) => match plain(subject, reference) {
            Some(text) => of_text(subject, &var.name, text, var.at),
            None => by_name(subject, &var.name, var.at, service::of_name(&var.name)),
        },
        Value::Field | Value::Nothing => None,
    }
}

fn of_text(subject: Subject<'_>, name: &str, text: &str, at: At) -> Option<Evidence> {
    if service::is_off(text) {
        return None;
    }
    let spoken = || by_name(subject, name, at, service::of_setting(name, text));
    by_value(name, text, at).or_else(spoken)
}

/// A value that names a service: an endpoint, a queue's URL, an ARN, `s3://`.
pub(super) fn by_value(name: &str, text: &str, at: At) -> Option<Evidence> {
    let service = service::of_value(text)?;
    let web = service == "s3" && !text.contains("s3://") && text.contains("amazonaws.com/");
    let says = format!("{} names {}", shown(name), service::title(service));
    Some(Evidence::of_service(service, at, if web { WEB_ADDRESS } else { NAMED }, says))
}

fn by_name(subject: Subject<'_>, name: &str, at: At, spoken: Option<&str>) -> Option<Evidence> {
    if REGIONS.has_exactly(name) {
        let runs = subject.workload.pod().is_some_and(|pod| pod.runs);
        let points = if runs { INJECTED_REGION } else { REGION };
        return Some(Evidence::new(Topic::Region, at, points, format!("{name} is set")));
    }
    if FILES.has_exactly(name) {
        return Some(Evidence::new(Topic::Files, at, FILE, format!("{name} is set")));
    }
    let service = spoken.filter(|_| !is_endpoint_name(name))?;
    let says = format!("{} speaks of {}", shown(name), service::title(service));
    Some(Evidence::of_service(service, at, SPOKEN, says))
}

fn shown(name: &str) -> std::borrow::Cow<'_, str> {
    if name.is_empty() { "the command".into() } else { safe_name(name) }
}

/// What the input keeps of a referenced value.
fn plain<'a>(subject: Subject<'a>, reference: &Reference) -> Option<&'a str> {
    let object = subject.facts.known_object(reference.store, &reference.object)?;
    object.keys.get(reference.key.as_deref()?)?.plain.as_deref()
}

fn in_bulk(subject: Subject<'_>) -> Vec<Evidence> {
    let sources = subject.container.env_sources.iter().filter_map(|source| {
        Some((source, subject.facts.known_object(source.from.store, &source.from.object)?))
    });
    let values =
        sources.flat_map(|(source, object)| object.keys.iter().map(move |(key, value)| (source, key, value)));
    values
        .filter_map(|(source, key, value)| {
            let name = format!("{}{key}", source.prefix);
            of_text(subject, &name, value.plain.as_deref()?, source.at)
        })
        .collect()
}

/// A folder that SDKs look into for credentials.
fn of_mount(mount: &Mount) -> Option<Evidence> {
    let aws =
        holds(&mount.path, "/.aws", b'.') && (mount.path.ends_with("/.aws") || mount.path.contains("/.aws/"));
    aws.then(|| Evidence::new(Topic::Files, mount.at, FILE, "a credentials folder is mounted"))
}

/// A pod of `helm test` is no deployment.
fn test_hook(subject: Subject<'_>) -> Option<Evidence> {
    let hook = subject.workload.annotations.iter().find(|label| label.key == "helm.sh/hook")?;
    let test = hook.value.expose().contains("test");
    test.then(|| Evidence::new(Topic::Against("test"), hook.at, TEST, "it is a test hook of a Helm chart"))
}

fn laptop(subject: Subject<'_>) -> Option<Evidence> {
    use crate::credential::Class;
    let switch = subject
        .container
        .var("AWS_EC2_METADATA_DISABLED")
        .filter(|var| is_true(subject.container, &var.name))?;
    let dummy = subject.keys.iter().any(|keys| keys.any(Class::Dummy));
    dummy.then(|| {
        Evidence::new(Topic::Against("laptop"), switch.at, LAPTOP, "dummy keys, and metadata is switched off")
    })
}

fn is_true(container: &Container, name: &str) -> bool {
    container
        .var(name)
        .and_then(EnvVar::literal)
        .is_some_and(|text| text.expose().eq_ignore_ascii_case("true"))
}
