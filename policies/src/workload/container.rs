//! One container: its process, its variables, its commands.

use super::{Mount, Named, Text};
use crate::credential::Secret;
use crate::document::At;

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
    pub name: Text,
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
    pub tied_to: Vec<Text>,
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
    pub name: Text,
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
    pub object: Text,
    /// The key within the object.
    pub key: Option<Text>,
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
    pub prefix: Text,
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

/// A named text of a container that is no variable: `logConfiguration.options`, `dockerLabels`, ...
#[derive(Debug, Clone)]
pub struct TextOption {
    /// Where it belongs: `log option`, `docker label`, `FireLens option`.
    pub field: &'static str,
    /// Its key.
    pub key: Text,
    /// Its value.
    pub value: Value,
    /// The value's node.
    pub at: At,
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
