//! What gets scheduled: a pod (or the template of one) or a task definition, in one model.
//!
//! Every part carries [`At`], the node it was read from. Values that may be secret are [`Secret`]s.

mod container;
mod platform;
mod volume;

use crate::credential::Secret;
use crate::document::At;

pub use container::{
    Command, CommandKind, Container, EnvSource, EnvVar, Firelens, Reference, Role, Store, TextOption, Value,
    Word,
};
pub use platform::{Docker, DockerNetwork, LaunchType, NetworkMode, Os, Platform, Pod, Task};
pub use volume::{Mount, Volume, VolumeSource};

/// A text of the model, which is never changed. A short one, as nearly all are, stands in it without an allocation;
/// copies of a long one share it.
pub type Text = smol_str::SmolStr;

/// What a report calls a workload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct WorkloadId {
    /// `Deployment`, `Pod`, `TaskDefinition`, ...
    pub kind: Text,
    /// Kubernetes only; an absent namespace is `None` and means `default`.
    pub namespace: Option<Text>,
    /// The name, `generateName` with `*`, the family, or the file's name for a bare container array.
    pub name: Text,
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

/// A name and the node it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The text.
    pub name: Text,
    /// Its node.
    pub at: At,
}

/// A label, an annotation or a tag.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its key.
    pub key: Text,
    /// Its value.
    pub value: Secret,
    /// The value's node.
    pub at: At,
}

/// A text that no process reads.
#[derive(Debug, Clone)]
pub struct Loose {
    /// Where it belongs: `label`, `annotation`, `tag`, `volume option`.
    pub field: &'static str,
    /// Its key.
    pub key: Text,
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
