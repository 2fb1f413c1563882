//! The token's volume and its mounts: reused where they are what they should be, refused where they are not.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::promise::{Mechanism, Promise};
use crate::workload::{Container, VolumeSource, Workload};

/// The fixed names of one mechanism.
pub(super) struct Names {
    /// The volume.
    pub(super) volume: &'static str,
    /// Where it is mounted.
    pub(super) mount: &'static str,
    /// The token's file in it.
    pub(super) file: &'static str,
}

const IRSA: Names = Names {
    volume: "aws-iam-token",
    mount: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
    file: "token",
};

const POD_IDENTITY: Names = Names {
    volume: "eks-pod-identity-token",
    mount: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
    file: "eks-pod-identity-token",
};

/// The audience of every Pod Identity token.
const POD_IDENTITY_AUDIENCE: &str = "pods.eks.amazonaws.com";

impl Names {
    /// The names of a promise's mechanism.
    pub(super) fn of(promise: &Promise) -> &'static Self {
        match promise.mechanism {
            Mechanism::Irsa { .. } => &IRSA,
            Mechanism::PodIdentity { .. } => &POD_IDENTITY,
        }
    }

    /// The token's path in a Linux container.
    pub(super) fn token_path(&self) -> String {
        format!("{}/{}", self.mount, self.file)
    }
}

/// The audience that a promise's token is for.
pub(super) fn audience(promise: &Promise) -> &str {
    match &promise.mechanism {
        Mechanism::Irsa { audience, .. } => audience,
        Mechanism::PodIdentity { .. } => POD_IDENTITY_AUDIENCE,
    }
}

/// The volume, as EKS writes it.
pub(super) fn value(promise: &Promise) -> Value {
    let names = Names::of(promise);
    json!({
        "name": names.volume,
        "projected": {"sources": [{"serviceAccountToken": {
            "audience": audience(promise),
            "expirationSeconds": promise.expiration,
            "path": names.file,
        }}]},
    })
}

static IRSA_MOUNT: LazyLock<Arc<Value>> = LazyLock::new(|| mount_of(&IRSA));
static POD_IDENTITY_MOUNT: LazyLock<Arc<Value>> = LazyLock::new(|| mount_of(&POD_IDENTITY));

/// The mount, as EKS writes it.
pub(super) fn mount(promise: &Promise) -> Arc<Value> {
    Arc::clone(match promise.mechanism {
        Mechanism::Irsa { .. } => &IRSA_MOUNT,
        Mechanism::PodIdentity { .. } => &POD_IDENTITY_MOUNT,
    })
}

fn mount_of(names: &Names) -> Arc<Value> {
    json!({"name": names.volume, "mountPath": names.mount, "readOnly": true}).into()
}

/// What there is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Present {
    /// Nothing: it can be added.
    No,
    /// What would be added.
    Yes,
    /// Something else of the same name or at the same path.
    InTheWay,
}

/// Whether the pod has the volume.
pub(super) fn volume(workload: &Workload, promise: &Promise) -> Present {
    let names = Names::of(promise);
    match workload.volume(names.volume) {
        None => Present::No,
        Some(volume) if holds_token(&volume.source, names.file, audience(promise)) => Present::Yes,
        Some(_) => Present::InTheWay,
    }
}

fn holds_token(source: &VolumeSource, file: &str, wanted: &str) -> bool {
    match source {
        VolumeSource::Token { audience, path, .. } => path == file && audience.as_deref() == Some(wanted),
        VolumeSource::Several(sources) => sources.iter().any(|source| holds_token(source, file, wanted)),
        _ => false,
    }
}

/// Whether a container has the mount.
pub(super) fn mounted(container: &Container, names: &Names) -> Present {
    let at_path = |path: &str| path.trim_end_matches('/') == names.mount;
    match container.mounts.iter().find(|mount| at_path(&mount.path)) {
        None => Present::No,
        Some(mount) if mount.volume == names.volume && mount.sub_path.is_none() => Present::Yes,
        Some(_) => Present::InTheWay,
    }
}
