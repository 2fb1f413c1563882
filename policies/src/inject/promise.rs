//! What a pod was promised: by its service account's annotations, or by the policy's role map.

use super::Pod;
use crate::facts::Fact;
use crate::finding::{Finding, Level, Place};
use crate::policy::{Door, Grant, Mapped};
use crate::role_arn::RoleArn;
use crate::workload::{Os, Text};

/// A promise that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// How the role reaches the containers.
    pub mechanism: Mechanism,
    /// Life of the token in seconds, 600 to 86,400.
    pub expiration: u32,
    /// `AWS_STS_REGIONAL_ENDPOINTS=regional` is set.
    pub regional_sts: bool,
    /// The role map lets a key pair be taken out when this role goes in.
    pub replaces_keys: bool,
}

/// How a role reaches containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism {
    /// IAM roles for service accounts.
    Irsa {
        /// The role.
        role_arn: String,
        /// The token's audience.
        audience: String,
    },
    /// EKS Pod Identity: the role is the association's business.
    PodIdentity {
        /// The role, as far as the role map says.
        role_arn: Option<String>,
    },
}

impl Mechanism {
    /// The role, where it is known.
    pub fn role_arn(&self) -> Option<&str> {
        match self {
            Self::Irsa { role_arn, .. } => Some(role_arn),
            Self::PodIdentity { role_arn } => role_arn.as_deref(),
        }
    }
}

/// What was promised.
#[derive(Debug)]
pub enum Promised {
    /// Nothing.
    Nothing,
    /// This.
    This(Promise),
    /// Something that cannot be kept.
    Broken(Box<Finding>),
}

const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
const AUDIENCE: &str = "eks.amazonaws.com/audience";
const REGIONAL: &str = "eks.amazonaws.com/sts-regional-endpoints";
const EXPIRATION: &str = "eks.amazonaws.com/token-expiration";

/// The bounds that EKS gives a token's life, in seconds; the upper one it declares but does not hold.
const SHORTEST: u32 = 600;
const LONGEST: u32 = 86_400;

/// Pod Identity tokens live between these, so that pods started together do not renew together.
const JITTERED: std::ops::RangeInclusive<u32> = 79_200..=LONGEST;

/// An annotation and Pod Identity together promise Pod Identity only, as on EKS.
pub(super) fn of(pod: &Pod<'_>) -> Promised {
    if !pod.policy.patch.identity.contains(&Door::Webhook) {
        return Promised::Nothing;
    }
    match pod.policy.role_for(pod.workload) {
        Mapped::Several(_) => broken(
            pod,
            "identity-not-injected",
            "several entries of the role map fit this pod; none was injected",
        ),
        Mapped::One(role) => match &role.grant {
            Grant::PodIdentity(arn) => pod_identity(pod, Some(arn.clone()), role.replaces_keys),
            Grant::Irsa(arn) => irsa(pod, arn, role.replaces_keys),
            Grant::TaskRole(_) => Promised::Nothing,
        },
        Mapped::None => unmapped(pod),
    }
}

fn unmapped(pod: &Pod<'_>) -> Promised {
    if let Fact::Known(role) = &pod.facts.pod_identity {
        return pod_identity(pod, Some(role.clone()), false);
    }
    match annotation(pod, ROLE_ARN) {
        Some(role) if !role.is_empty() => irsa(pod, role, false),
        _ => Promised::Nothing,
    }
}

fn annotation<'p>(pod: &'p Pod<'_>, key: &str) -> Option<&'p str> {
    pod.facts.service_account.known()?.annotations.get(key).map(String::as_str)
}

fn irsa(pod: &Pod<'_>, role: &str, replaces_keys: bool) -> Promised {
    if RoleArn::parse(role).is_err() {
        return broken(
            pod,
            "role-arn-invalid",
            "the service account's role-arn is not a role's ARN; it was not injected",
        );
    }
    let audience = annotation(pod, AUDIENCE).filter(|text| !text.is_empty()).unwrap_or("sts.amazonaws.com");
    Promised::This(Promise {
        mechanism: Mechanism::Irsa { role_arn: role.to_owned(), audience: audience.to_owned() },
        expiration: expiration(pod),
        regional_sts: regional(pod),
        replaces_keys,
    })
}

fn pod_identity(pod: &Pod<'_>, role_arn: Option<String>, replaces_keys: bool) -> Promised {
    let kubernetes = pod.workload.pod();
    if kubernetes.is_some_and(|pod| pod.fargate) {
        return broken(pod, "identity-not-injected", "EKS Pod Identity does not reach Fargate; use IRSA");
    }
    if kubernetes.is_some_and(|pod| pod.os == Some(Os::Windows)) {
        return broken(pod, "identity-not-injected", "EKS Pod Identity does not reach Windows; use IRSA");
    }
    let life = expiration(pod);
    Promised::This(Promise {
        mechanism: Mechanism::PodIdentity { role_arn },
        expiration: if life == LONGEST { jittered(pod) } else { life },
        regional_sts: regional(pod),
        replaces_keys,
    })
}

/// The pod's annotation, else the service account's, within bounds; what is no number is passed over.
fn expiration(pod: &Pod<'_>) -> u32 {
    let asked = [pod.annotation(EXPIRATION), annotation(pod, EXPIRATION)];
    let seconds = asked.into_iter().flatten().find_map(|text| text.parse::<i64>().ok());
    seconds.map_or(LONGEST, |seconds| {
        u32::try_from(seconds.clamp(SHORTEST.into(), LONGEST.into())).unwrap_or(LONGEST)
    })
}

/// On EKS the regional endpoints are on unless the service account says otherwise.
/// Source: Amazon EKS user guide, "Configure the AWS Security Token Service endpoint for a service account".
fn regional(pod: &Pod<'_>) -> bool {
    !matches!(annotation(pod, REGIONAL), Some("0" | "f" | "F" | "false" | "False" | "FALSE"))
}

/// Spread by the workload's names, not by chance: the same pod sent twice is answered alike.
fn jittered(pod: &Pod<'_>) -> u32 {
    let id = &pod.workload.id;
    let names = id.namespace.iter().map(Text::as_str).chain([id.name.as_str()]);
    let hash = names
        .flat_map(str::bytes)
        .fold(0xcbf2_9ce4_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    JITTERED.start() + hash % (JITTERED.end() - JITTERED.start() + 1)
}

fn broken(pod: &Pod<'_>, rule: &'static str, says: &str) -> Promised {
    let message = format!("pod: {says}");
    let mut finding = Finding::new(rule, Level::Warn, pod.workload.at, message);
    if let Some(place) = pod.facts.service_account.known().and_then(|account| account.place.clone()) {
        finding = finding.because(Place::Elsewhere(Box::new(place)), "what was promised");
    }
    Promised::Broken(Box::new(finding))
}
