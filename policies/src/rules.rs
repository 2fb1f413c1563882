//! The rules: short questions to the examination. One rule is one file, one page and one line here.

mod asked_for;
mod credentials_file_mount;
mod duplicate_key;
mod exceptions;
mod half_key_pair;
mod identity_not_injected;
mod instance_role_fallback;
mod isolated_container;
mod key_case;
mod key_object;
mod launcher;
mod launcher_drops_credentials;
mod metadata_hop_limit;
mod pasted_session_token;
mod profile_missing;
mod proxy_captures_credentials;
mod registry_password_env;
mod removal;
mod role_arn_invalid;
mod role_shadowed;
mod sdk_disagreement;
mod sdk_too_old;
mod sole_identity;
mod static_access_key;
mod static_key_env_from;
mod static_key_reference;
mod task_role_is_execution_role;
mod task_role_missing;
mod template_marks;
mod trust_refuses_tasks;
mod two_identities;
mod unreadable_input;
mod unseen_variables;
mod voters;
mod wording;
mod workload_identity_missing;

use std::cell::OnceCell;

use crate::credential::{self, Endpoints, KeySet};
use crate::document::{At, Document};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::identity::{self, Identity};
use crate::need::{self, Need};
use crate::policy::Policy;
use crate::read::Contents;
use crate::trace::{self, Bare, Network, Reach, Trace};
use crate::workload::{Container, Platform, Workload};

/// What rules have in common; reports group by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Long-lived and misplaced keys.
    Keys,
    /// What is taken before the role.
    Shadowing,
    /// What cannot be reached.
    Network,
    /// Roles that are missing, wrong or shared.
    Identity,
    /// Trust policies.
    Trust,
    /// The ECS agent's settings.
    Agent,
    /// What could not be read.
    Input,
}

/// A rule.
pub trait Rule: Sync {
    /// Kebab-case; reads after "allow".
    fn name(&self) -> &'static str;
    /// What it belongs to.
    fn family(&self) -> Family;
    /// One line: what it says.
    fn summary(&self) -> &'static str;
    /// Its page: what it finds, why it matters, which SDKs, examples, fix, references.
    fn page(&self) -> &'static str;
    /// Looks at one workload. Adds what it finds; cannot fail.
    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>);
    /// Looks at a whole document: objects, duplicate keys. Most rules do not. A finding belongs to the
    /// workload, its container, or the object in which its place lies.
    fn check_document(&self, _document: &Document, _contents: &Contents, _findings: &mut Vec<Finding>) {}
}

/// One container, examined.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The container.
    pub container: &'a Container,
    /// The keys in it.
    pub keys: Vec<KeySet>,
    /// Its role.
    pub identity: Identity,
    scene: Scene<'a>,
    endpoints: Option<Endpoints>,
    need: OnceCell<Need>,
    network: OnceCell<Network>,
    bareness: OnceCell<Bare>,
    trace: OnceCell<Trace>,
}

/// Where a container stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) document: &'a Document,
    pub(crate) workload: &'a Workload,
    pub(crate) facts: &'a Facts,
    pub(crate) policy: &'a Policy,
}

impl<'a> Examined<'a> {
    /// Looks for keys and the role. Need and trace are looked at when a rule first asks: most ask for neither.
    pub(crate) fn new(scene: Scene<'a>, container: &'a Container) -> Self {
        let Scene { document, workload, facts, policy } = scene;
        let (keys, endpoints) = credential::with_endpoints(workload, container, facts);
        Self {
            container,
            keys,
            endpoints,
            identity: identity::of_container(document, workload, container, facts, policy),
            scene,
            need: OnceCell::new(),
            network: OnceCell::new(),
            bareness: OnceCell::new(),
            trace: OnceCell::new(),
        }
    }

    /// Its need for AWS.
    pub fn need(&self) -> &Need {
        let Scene { workload, facts, policy, .. } = self.scene;
        let known = || (self.keys.as_slice(), self.endpoints.as_ref());
        self.need.get_or_init(|| need::beside(workload, self.container, known(), facts, policy))
    }

    /// What its network lets it reach.
    pub fn network(&self) -> &Network {
        let Scene { workload, facts, policy, .. } = self.scene;
        self.network.get_or_init(|| trace::reach::of_container(workload, self.container, facts, policy))
    }

    /// Whether no SDK finds more than this leaves. `true` is a promise, and saves putting together what each of them
    /// would find; `false` is none.
    pub fn is_bare(&self, of: Bare) -> bool {
        let Scene { workload, facts, policy, .. } = self.scene;
        let early =
            self.bareness.get_or_init(|| trace::offer::bareness(workload, self.container, facts, policy));
        *early >= of || self.trace().offer().bareness() >= of
    }

    /// Whether no SDK ends with the credentials of the instance or the node: their service refuses, or nobody knows
    /// what it does. `true` is a promise, `false` is none.
    pub fn is_without_instance(&self) -> bool {
        !matches!(self.network().metadata, Reach::Yes)
    }

    /// What each SDK would do.
    pub fn trace(&self) -> &Trace {
        let Scene { workload, facts, policy, .. } = self.scene;
        self.trace.get_or_init(|| trace::of_container(workload, self.container, facts, policy))
    }
}

/// All that a rule may look at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The document, for the text of a node that a finding points at.
    pub document: &'a Document,
    /// The workload.
    pub workload: &'a Workload,
    /// Its containers, in its order.
    pub containers: Vec<Examined<'a>>,
    /// Keys in texts that no process reads.
    pub loose_keys: Vec<KeySet>,
    /// What is known of its surroundings.
    pub facts: &'a Facts,
    /// The policy in force.
    pub policy: &'a Policy,
}

impl Subject<'_> {
    /// It is an ECS task.
    fn is_task(&self) -> bool {
        self.workload.task().is_some()
    }

    /// Who is given a role on its platform.
    fn bearer(&self) -> &'static str {
        match self.workload.platform {
            Platform::Ecs(_) => "the task",
            Platform::Kubernetes(_) => "its service account",
            Platform::Docker(_) => "the instance it runs on",
        }
    }

    /// The container in which a node stands, if it stands in one.
    fn container_around(&self, at: At) -> Option<&Container> {
        let pointer = self.document.pointer(at);
        let holds = |container: &&Container| {
            let rest = pointer.strip_prefix(&self.document.pointer(container.at));
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        self.workload.containers.iter().find(holds)
    }
}

/// Every rule, in the order in which reports list them.
pub static RULES: &[&dyn Rule] = &[
    &static_access_key::StaticAccessKey,
    &static_key_reference::StaticKeyReference,
    &static_key_env_from::StaticKeyEnvFrom,
    &credentials_file_mount::CredentialsFileMount,
    &key_object::KeyObject,
    &registry_password_env::RegistryPasswordEnv,
    &pasted_session_token::PastedSessionToken,
    &half_key_pair::HalfKeyPair,
    &unseen_variables::UnseenVariables,
    &role_shadowed::RoleShadowed,
    &sdk_disagreement::SdkDisagreement,
    &two_identities::TwoIdentities,
    &profile_missing::ProfileMissing,
    &isolated_container::IsolatedContainer,
    &proxy_captures_credentials::ProxyCapturesCredentials,
    &metadata_hop_limit::MetadataHopLimit,
    &task_role_missing::TaskRoleMissing,
    &workload_identity_missing::WorkloadIdentityMissing,
    &instance_role_fallback::InstanceRoleFallback,
    &role_arn_invalid::RoleArnInvalid,
    &task_role_is_execution_role::TaskRoleIsExecutionRole,
    &identity_not_injected::IdentityNotInjected,
    &launcher_drops_credentials::LauncherDropsCredentials,
    &sdk_too_old::SdkTooOld,
    &trust_refuses_tasks::TrustRefusesTasks,
    &template_marks::TemplateMarks,
    &duplicate_key::DuplicateMember,
    &unreadable_input::UnreadableInput,
    &exceptions::EXPIRED,
    &exceptions::UNUSED,
    &exceptions::INVALID,
];

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.name() == name)
}
