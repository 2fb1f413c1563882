//! The volumes of a task definition.

use crate::document::Node;
use crate::read::fields::Fields;
use crate::workload::{Text, Volume, VolumeSource};

/// Volumes that lie elsewhere, and how they are called here.
const ELSEWHERE: [(&str, &str); 3] = [
    ("efsVolumeConfiguration", "efs"),
    ("s3filesVolumeConfiguration", "s3files"),
    ("fsxWindowsFileServerVolumeConfiguration", "fsx"),
];

/// Reads `volumes`.
pub(super) fn volumes(fields: &mut Fields, definition: Node<'_>) -> Vec<Volume> {
    fields.each(definition, "volumes", "a list of volumes", volume)
}

fn volume(fields: &mut Fields, entry: Node<'_>) -> Option<Volume> {
    let name = fields.name(entry, "name")?;
    Some(Volume { name, at: entry.at(), source: source(fields, entry) })
}

fn source(fields: &mut Fields, entry: Node<'_>) -> VolumeSource {
    if let Some(host) = fields.mapping(entry, "host", "a mapping")
        && let Some(path) = fields.name(host, "sourcePath")
    {
        return VolumeSource::Host(path);
    }
    if let Some(path) = fields.name(entry, "hostPath") {
        return VolumeSource::Host(path);
    }
    if let Some(docker) = fields.mapping(entry, "dockerVolumeConfiguration", "a mapping") {
        return VolumeSource::Other(docker_volume(fields, docker));
    }
    let elsewhere = ELSEWHERE.iter().find(|(key, _)| fields.get(entry, key).is_some());
    VolumeSource::Other(elsewhere.map_or("empty", |(_, name)| name).into())
}

fn docker_volume(fields: &mut Fields, docker: Node<'_>) -> Text {
    for key in ["driverOpts", "labels"] {
        if let Some(options) = fields.get(docker, key) {
            fields.keep_below(options, "volume option");
        }
    }
    fields.name(docker, "driver").unwrap_or_else(|| "local".into())
}
