//! Volumes, and where they are mounted.

use super::{Reference, Text};
use crate::document::At;

/// A volume mounted into a container.
#[derive(Debug, Clone)]
pub struct Mount {
    /// The volume's name.
    pub volume: Text,
    /// Where, in the container.
    pub path: Text,
    /// `subPath`, when one key or folder of the volume is mounted.
    pub sub_path: Option<Text>,
    /// The mount's node.
    pub at: At,
}

/// A volume of the workload.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Its name.
    pub name: Text,
    /// Its node.
    pub at: At,
    /// What it holds.
    pub source: VolumeSource,
}

/// What a volume holds, as far as credentials go.
#[derive(Debug, Clone)]
pub enum VolumeSource {
    /// A folder of the host, such as `/root/.aws`.
    Host(Text),
    /// A Secret or ConfigMap; `items` are (key, path) pairs, empty for all keys under their own names.
    Object(Reference, Vec<(Text, Text)>),
    /// A projected service account token: audience, path, seconds.
    Token {
        /// The audience; `None` is the API server's own.
        audience: Option<Text>,
        /// The file's path in the volume.
        path: Text,
        /// Life in seconds.
        expiration: Option<i64>,
    },
    /// Several sources in one (`projected`).
    Several(Vec<VolumeSource>),
    /// Anything else: empty, persistent, network, CSI driver (its name).
    Other(Text),
}
