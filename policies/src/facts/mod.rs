//! What is known of a workload's surroundings. Gathered once, before any rule is asked.

mod emulator;
mod inventory;
mod nearness;
mod references;
mod shipping;

pub use emulator::is_emulator_image;
pub(crate) use emulator::{is_emulator_name, without_tag};
pub use inventory::Inventory;
pub(crate) use shipping::{EXPORTERS, OUTPUTS, ships_to};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Resolved;
use crate::trace::bom::Bills;
use crate::workload::{Store, Text, Workload};

/// A fact: known, known not to be, or not known. `Unknown` is never a pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// Seen.
    Known(T),
    /// Looked for where it would have to be, and not there.
    Absent,
    /// Nobody looked where it would be, or candidates disagree.
    #[default]
    Unknown,
}

impl<T> Fact<T> {
    /// The value, when known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }
}

/// What is known about one workload's surroundings.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its service account.
    pub service_account: Fact<ServiceAccount>,
    /// Secrets and ConfigMaps that it refers to.
    pub objects: BTreeMap<ObjectName, Fact<DataObject>>,
    /// NetworkPolicies of its namespace; those that do not govern its egress may be left out.
    pub network_policies: Fact<Vec<NetworkPolicy>>,
    /// The inputs are the whole cluster: nothing else can allow what these forbid.
    pub complete: bool,
    /// What the document declares about itself excuses nothing: its author is not whoever answers for the cluster.
    pub untrusted_author: bool,
    /// Another workload of the same input is an emulator or object server (its name).
    pub sibling_emulator: Option<String>,
    /// Such a server stands in the workload's own file.
    pub emulator_in_file: bool,
    /// EKS Pod Identity associations known from the policy's role map or the platform.
    pub pod_identity: Fact<String>,
    /// What images are made of, as bills of materials say.
    pub bills: Option<Arc<Bills>>,
    /// Roles, as they are written, that no ECS task can assume, as IAM says.
    pub refusing_roles: RefusingRoles,
}

impl Facts {
    /// What is known of an object that the workload refers to; `None` where nobody has looked.
    pub fn object(&self, store: Store, name: &str) -> Option<&Fact<DataObject>> {
        // At admission there are mostly none.
        if self.objects.is_empty() {
            return None;
        }
        self.objects.get(&ObjectName { store, name: name.into() })
    }

    /// The object, when it is known.
    pub fn known_object(&self, store: Store, name: &str) -> Option<&DataObject> {
        self.object(store, name).and_then(Fact::known)
    }
}

/// Roles, as they are written, that no ECS task can assume.
pub type RefusingRoles = BTreeMap<String, Refusal>;

/// Why no ECS task can assume a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its trust policy lets none.
    TrustPolicy,
    /// The account has no such role.
    NoSuchRole,
}

/// Names a Secret or a ConfigMap in the workload's namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// Secret or ConfigMap.
    pub store: Store,
    /// Its name.
    pub name: Text,
}

/// The annotation that gives a service account its role.
/// Source: Amazon EKS user guide, "Assign IAM roles to Kubernetes service accounts".
pub(crate) const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

/// A ServiceAccount, as far as AWS goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceAccount {
    /// Its namespace, `default` when none is written.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its annotations, without values longer than 2048 bytes.
    pub annotations: BTreeMap<String, String>,
    /// Where its role stands; without one, where it stands.
    pub place: Option<Resolved>,
}

impl ServiceAccount {
    /// The role of `eks.amazonaws.com/role-arn`; the empty string is no role.
    pub fn role_arn(&self) -> Option<&str> {
        self.annotations.get(ROLE_ANNOTATION).map(String::as_str).filter(|role| !role.is_empty())
    }
}

/// A Secret or ConfigMap: what its keys are, never their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataObject {
    /// Its namespace, `default` when none is written.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its keys and what their values turned out to be.
    pub keys: BTreeMap<String, DataValue>,
    /// Where it stands.
    pub place: Option<Resolved>,
}

/// What a value of a Secret or ConfigMap turned out to be when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataValue {
    /// What it is, as a key's part would be judged.
    pub class: Option<crate::credential::Class>,
    /// A text that is no key, where it may be kept: hosts, regions, profile names. `None` for anything that may be secret.
    pub plain: Option<String>,
    /// It is a shared credentials file with these profiles.
    pub profiles: Vec<String>,
    /// It is the settings of a router or collector that ships to this AWS service.
    pub ships_to: Option<&'static str>,
    /// Where it stands.
    pub place: Option<Resolved>,
}

/// A NetworkPolicy, as far as egress goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Its namespace, `default` when none is written.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Whom it selects.
    pub selects: Selector,
    /// It governs egress: `policyTypes` has `Egress`, or it has egress rules and no `policyTypes`.
    pub governs_egress: bool,
    /// What it allows; empty allows nothing.
    pub egress: Vec<EgressRule>,
    /// Where it says what it governs.
    pub place: Option<Resolved>,
}

impl NetworkPolicy {
    /// Whether it governs the egress of a workload: it stands in its namespace and selects its labels.
    #[expect(clippy::disallowed_methods, reason = "a label is compared with a selector and not kept")]
    pub fn governs(&self, workload: &Workload) -> bool {
        let labels = &workload.labels;
        let label =
            |key: &str| labels.iter().find(|label| label.key == key).map(|label| label.value.expose());
        self.governs_egress && self.namespace == workload.namespace() && self.selects.matches(label)
    }
}

/// A label selector.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector {
    /// `matchLabels`: key, value. Few, and kept by the thousand: a map of one entry takes ten times as much.
    pub labels: Vec<(String, String)>,
    /// `matchExpressions`: key, operator, values.
    pub expressions: Vec<(String, String, Vec<String>)>,
}

impl Selector {
    /// Whether a set of labels is selected; the empty selector selects everything.
    /// Source: Kubernetes API reference, `LabelSelector`.
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.labels.iter().all(|(key, value)| label(key) == Some(value))
            && self.expressions.iter().all(|(key, operator, values)| {
                let found = label(key);
                let listed = found.is_some_and(|value| values.iter().any(|v| v == value));
                match operator.as_str() {
                    "In" => listed,
                    "NotIn" => !listed,
                    "Exists" => found.is_some(),
                    "DoesNotExist" => found.is_none(),
                    _ => false,
                }
            })
    }
}

/// One egress rule: peers AND ports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EgressRule {
    /// To whom; empty means anyone.
    pub to: Vec<Peer>,
    /// Which ports; empty means all.
    pub ports: Vec<PortRange>,
}

/// A peer of an egress rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// An `ipBlock`: a CIDR and what it excepts.
    Block(String, Vec<String>),
    /// Pods or namespaces by selector.
    Selected {
        /// `podSelector`.
        pods: Option<Selector>,
        /// `namespaceSelector`.
        namespaces: Option<Selector>,
    },
}

/// Ports of an egress rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRange {
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// First port; `None` is every port (or a named port, which for egress cannot be resolved: `named`).
    pub first: Option<u16>,
    /// Last port, inclusive.
    pub last: Option<u16>,
    /// A named port.
    pub named: Option<String>,
}

#[cfg(test)]
mod tests;
