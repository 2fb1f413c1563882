//! What gets scheduled: a pod (or the template of one) or a task definition, in one model.
//!
//! Every part carries [`At`], the node it was read from. Values that may be secret are [`Secret`]s.

use crate::credential::Secret;
use crate::document::At;

/// What a report calls a workload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct WorkloadId {
    /// `Deployment`, `Pod`, `TaskDefinition`, ...
    pub kind: String,
    /// Kubernetes only; an absent namespace is `None` and means `default`.
    pub namespace: Option<String>,
    /// The name, `generateName` with `*`, the family, or the file's name for a bare container array.
    pub name: String,
}

/// A workload, as far as credentials, roles, network and commands go. Everything else is left alone.
#[derive(Debug, Clone)]
pub struct Workload {
    /// What a report calls it.
    pub id: WorkloadId,
    /// Its node: for Kubernetes the object, for ECS the task definition (or the bare array).
    pub at: At,
    /// Where it will run and what only that platform has.
    pub platform: Platform,
    /// Its containers, in the order in which they are written; init containers first.
    pub containers: Vec<Container>,
    /// Its volumes.
    pub volumes: Vec<Volume>,
    /// Labels of what is scheduled (the pod's, not its Deployment's); ECS tags.
    pub labels: Vec<Label>,
    /// Annotations of what is scheduled.
    pub annotations: Vec<Label>,
    /// Texts that no process reads, searched for leaked keys: metadata of the outer object, tags, volume options.
    pub loose: Vec<Loose>,
    /// Fields of the wrong shape: the rest was still read.
    pub problems: Vec<Problem>,
}

/// What only one platform has.
#[derive(Debug, Clone)]
pub enum Platform {
    /// A pod.
    Kubernetes(Pod),
    /// An ECS task.
    Ecs(Task),
    /// A service of a Compose file.
    Docker(Docker),
}

/// What Docker gives a container beyond what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The network that it is in.
    pub network: DockerNetwork,
    /// The node that says so.
    pub at: Option<At>,
}

/// Docker's networks, by where they lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DockerNetwork {
    /// A bridge, the usual one or one of its own: one hop from the host.
    Bridge,
    /// The host's own network.
    Host,
    /// No network.
    None,
    /// Networks that lead nowhere else (`internal: true`).
    Internal,
    /// A network that was not seen: external, of another driver, another container's, a template mark.
    Other,
}

/// What a pod says beyond its containers.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four switches that do not depend on each other")]
pub struct Pod {
    /// The pod's spec.
    pub spec: Option<At>,
    /// The pod's own metadata (a template's, for a workload kind).
    pub metadata: Option<At>,
    /// `serviceAccountName`, or the older `serviceAccount`; `None` means `default`.
    pub service_account: Option<Named>,
    /// `hostNetwork: true`.
    pub host_network: bool,
    /// Windows, from `os.name`, node selector or node affinity; `None` when nothing says so.
    pub os: Option<Os>,
    /// Runs on Fargate, as its labels or node selector say.
    pub fargate: bool,
    /// A pod that exists: it has a status, a node or a uid. Manifests and templates have not.
    pub runs: bool,
    /// It is a template inside another kind, not a pod itself.
    pub template: bool,
}

/// What a task definition says beyond its containers.
#[derive(Debug, Clone, Default)]
pub struct Task {
    /// `taskRoleArn`; the empty string is `None`.
    pub task_role: Option<Named>,
    /// `executionRoleArn`; the empty string is `None`.
    pub execution_role: Option<Named>,
    /// `networkMode`; `None` is bridge on Linux.
    pub network_mode: Option<NetworkMode>,
    /// The node of `networkMode`.
    pub network_mode_at: Option<At>,
    /// `requiresCompatibilities`, or `compatibilities` of describe output when the former is absent.
    pub launch_types: Vec<LaunchType>,
    /// From `runtimePlatform.operatingSystemFamily`.
    pub os: Option<Os>,
    /// A bare container array: task level fields are not absent but unseen.
    pub bare: bool,
}

/// A name and the node it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The text.
    pub name: String,
    /// Its node.
    pub at: At,
}

/// An operating system family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
}

/// ECS `networkMode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// Docker's bridge.
    Bridge,
    /// The instance's own network.
    Host,
    /// A network interface of the task's own.
    Awsvpc,
    /// No network.
    None,
    /// Windows' NAT, spelled `default`.
    Default,
    /// A value we do not know, or a template mark.
    Other(String),
}

/// ECS launch types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaunchType {
    /// Container instances of one's own.
    Ec2,
    /// Fargate.
    Fargate,
    /// ECS Anywhere.
    External,
    /// ECS managed instances.
    ManagedInstances,
    /// A value we do not know, or a template mark.
    Other(String),
}

/// When a container runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Beside the others, for the workload's life.
    App,
    /// Before the others.
    Init,
    /// An init container with `restartPolicy: Always`.
    Sidecar,
    /// Added to a running pod.
    Ephemeral,
}

/// One container.
#[derive(Debug, Clone)]
pub struct Container {
    /// Its name; `[3]` when it has none.
    pub name: String,
    /// Its node.
    pub at: At,
    /// When it runs.
    pub role: Role,
    /// The image reference, as written.
    pub image: Option<Named>,
    /// Its variables, in order; of two with the same name the later wins.
    pub env: Vec<EnvVar>,
    /// The node of the list of variables, where one could be added.
    pub env_at: Option<At>,
    /// Variables that come in bulk from elsewhere.
    pub env_sources: Vec<EnvSource>,
    /// Everything that is run: entry point, command, arguments, probes, hooks, health check.
    pub commands: Vec<Command>,
    /// What is mounted where.
    pub mounts: Vec<Mount>,
    /// Log driver and FireLens options, docker labels: texts that belong to the container but are no variables of its process.
    pub options: Vec<TextOption>,
    /// ECS `disableNetworking: true`.
    pub network_disabled: Option<At>,
    /// Its log driver is `awsfirelens`, or it is the FireLens router.
    pub firelens: Firelens,
    /// `runAsUser` or ECS `user`, where a number.
    pub user: Option<i64>,
    /// ECS `volumesFrom` and `links`, by container name.
    pub tied_to: Vec<String>,
}

/// A container's part in FireLens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Firelens {
    /// None.
    #[default]
    No,
    /// Its log driver is `awsfirelens`: the router ships for it.
    Client,
    /// It has `firelensConfiguration`: it is the router.
    Router,
}

/// A variable of the process.
#[derive(Debug, Clone)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// The whole entry's node: what is taken out.
    pub at: At,
    /// The value's node, or the entry's when there is none.
    pub value_at: At,
    /// Where its value comes from.
    pub value: Value,
}

/// Where a variable's value comes from.
#[derive(Debug, Clone)]
pub enum Value {
    /// Written here.
    Literal(Secret),
    /// From an object that holds secrets or settings.
    Reference(Reference),
    /// From the pod itself (`fieldRef`, `resourceFieldRef`): never a key.
    Field,
    /// The entry has a name only.
    Nothing,
}

/// What holds referenced values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// A Kubernetes Secret.
    Secret,
    /// A Kubernetes ConfigMap.
    ConfigMap,
    /// ECS `secrets`: Secrets Manager.
    SecretsManager,
    /// ECS `secrets`: Systems Manager parameter.
    Parameter,
    /// ECS `environmentFiles`: an object in S3.
    S3Object,
    /// Compose `env_file`: a file beside it.
    EnvFile,
}

/// A value that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What holds it.
    pub store: Store,
    /// The object's name or ARN.
    pub object: String,
    /// The key within the object.
    pub key: Option<String>,
    /// The container starts without it.
    pub optional: bool,
}

/// Variables in bulk: Kubernetes `envFrom`, ECS `environmentFiles`.
#[derive(Debug, Clone)]
pub struct EnvSource {
    /// The entry's node.
    pub at: At,
    /// The object; `key` is always `None`.
    pub from: Reference,
    /// Kubernetes `prefix`.
    pub prefix: String,
}

/// What a command belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// ECS `entryPoint`, Kubernetes `command`.
    EntryPoint,
    /// ECS `command`, Kubernetes `args`.
    Arguments,
    /// A probe, a lifecycle hook, ECS `healthCheck`.
    Check,
}

/// A command line, word by word.
#[derive(Debug, Clone)]
pub struct Command {
    /// What it belongs to.
    pub kind: CommandKind,
    /// Its words.
    pub words: Vec<Word>,
}

/// A word of a command line, or any other text that may hold a key.
#[derive(Debug, Clone)]
pub struct Word {
    /// The text.
    pub text: Secret,
    /// Its node.
    pub at: At,
}

/// A volume mounted into a container.
#[derive(Debug, Clone)]
pub struct Mount {
    /// The volume's name.
    pub volume: String,
    /// Where, in the container.
    pub path: String,
    /// `subPath`, when one key or folder of the volume is mounted.
    pub sub_path: Option<String>,
    /// The mount's node.
    pub at: At,
}

/// A volume of the workload.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// Its node.
    pub at: At,
    /// What it holds.
    pub source: VolumeSource,
}

/// What a volume holds, as far as credentials go.
#[derive(Debug, Clone)]
pub enum VolumeSource {
    /// A folder of the host, such as `/root/.aws`.
    Host(String),
    /// A Secret or ConfigMap; `items` are (key, path) pairs, empty for all keys under their own names.
    Object(Reference, Vec<(String, String)>),
    /// A projected service account token: audience, path, seconds.
    Token {
        /// The audience; `None` is the API server's own.
        audience: Option<String>,
        /// The file's path in the volume.
        path: String,
        /// Life in seconds.
        expiration: Option<i64>,
    },
    /// Several sources in one (`projected`).
    Several(Vec<VolumeSource>),
    /// Anything else: empty, persistent, network, CSI driver (its name).
    Other(String),
}

/// A label, an annotation or a tag.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: Secret,
    /// The value's node.
    pub at: At,
}

/// A named text of a container that is no variable: `logConfiguration.options`, `dockerLabels`, ...
#[derive(Debug, Clone)]
pub struct TextOption {
    /// Where it belongs: `log option`, `docker label`, `FireLens option`.
    pub field: &'static str,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// The value's node.
    pub at: At,
}

/// A text that no process reads.
#[derive(Debug, Clone)]
pub struct Loose {
    /// Where it belongs: `label`, `annotation`, `tag`, `volume option`.
    pub field: &'static str,
    /// Its key.
    pub key: String,
    /// The text.
    pub text: Secret,
    /// Its node.
    pub at: At,
}

/// A field whose shape is not what its platform says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The node.
    pub at: At,
    /// What was expected, in lower case: `a list of variables`.
    pub expected: &'static str,
}

impl Workload {
    /// The ECS part, if it is a task.
    pub fn task(&self) -> Option<&Task> {
        match &self.platform {
            Platform::Ecs(task) => Some(task),
            Platform::Kubernetes(_) | Platform::Docker(_) => None,
        }
    }

    /// The Kubernetes part, if it is a pod.
    pub fn pod(&self) -> Option<&Pod> {
        match &self.platform {
            Platform::Kubernetes(pod) => Some(pod),
            Platform::Ecs(_) | Platform::Docker(_) => None,
        }
    }

    /// The namespace, `default` where none is written.
    pub fn namespace(&self) -> &str {
        self.id.namespace.as_deref().unwrap_or("default")
    }

    /// The volume of this name.
    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }
}

impl Container {
    /// The variable of this name that the process sees: the last one.
    pub fn var(&self, name: &str) -> Option<&EnvVar> {
        self.env.iter().rev().find(|var| var.name == name)
    }

    /// The variable of this name, when it holds something, whether or not it is known what.
    pub fn filled(&self, name: &str) -> Option<&EnvVar> {
        self.var(name).filter(|var| match &var.value {
            Value::Literal(text) => !text.is_empty(),
            Value::Reference(_) | Value::Field => true,
            Value::Nothing => false,
        })
    }
}

impl EnvVar {
    /// The text, when it is written here.
    pub fn literal(&self) -> Option<&Secret> {
        match &self.value {
            Value::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// The reference, when it stands elsewhere.
    pub fn reference(&self) -> Option<&Reference> {
        match &self.value {
            Value::Reference(reference) => Some(reference),
            _ => None,
        }
    }
}
