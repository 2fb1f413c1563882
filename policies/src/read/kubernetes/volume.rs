//! The volumes of a pod.

use super::container::reference;
use crate::document::{Entry, Node};
use crate::read::fields::{Fields, shown};
use crate::workload::{Reference, Store, Text, Volume, VolumeSource};

const VOLUMES: &str = "a list of volumes";

/// Reads `volumes` of a pod's spec.
pub(super) fn volumes(fields: &mut Fields, spec: Node<'_>) -> Vec<Volume> {
    fields.each(spec, "volumes", VOLUMES, volume)
}

fn volume(fields: &mut Fields, entry: Node<'_>) -> Option<Volume> {
    let name = fields.name(entry, "name")?;
    Some(Volume { name, at: entry.at(), source: source(fields, entry) })
}

fn source(fields: &mut Fields, entry: Node<'_>) -> VolumeSource {
    if let Some(secret) = fields.mapping(entry, "secret", "a mapping") {
        return object(fields, secret, Store::Secret, "secretName");
    }
    if let Some(map) = fields.mapping(entry, "configMap", "a mapping") {
        return object(fields, map, Store::ConfigMap, "name");
    }
    if let Some(projected) = fields.mapping(entry, "projected", "a mapping") {
        let sources = fields.mappings(projected, "sources", "a list of sources");
        return VolumeSource::Several(sources.into_iter().map(|item| projection(fields, item)).collect());
    }
    if let Some(host) = fields.mapping(entry, "hostPath", "a mapping") {
        return VolumeSource::Host(fields.name(host, "path").unwrap_or_default());
    }
    other(fields, entry)
}

fn projection(fields: &mut Fields, item: Node<'_>) -> VolumeSource {
    if let Some(token) = fields.mapping(item, "serviceAccountToken", "a mapping") {
        return VolumeSource::Token {
            audience: fields.name(token, "audience"),
            path: fields.name(token, "path").unwrap_or_default(),
            expiration: fields.number(token, "expirationSeconds"),
        };
    }
    for (key, store) in [("secret", Store::Secret), ("configMap", Store::ConfigMap)] {
        if let Some(node) = fields.mapping(item, key, "a mapping") {
            return object(fields, node, store, "name");
        }
    }
    other(fields, item)
}

fn object(fields: &mut Fields, node: Node<'_>, store: Store, name: &str) -> VolumeSource {
    let reference: Reference = reference(fields, node, store, name);
    let items = fields.mappings(node, "items", "a list of keys and paths");
    let items =
        items.into_iter().filter_map(|item| Some((fields.name(item, "key")?, fields.name(item, "path")?)));
    VolumeSource::Object(reference, items.collect())
}

/// A volume that holds no credentials of its own: its driver's options may still hold a key.
fn other(fields: &mut Fields, entry: Node<'_>) -> VolumeSource {
    let kind = entry.entries().find(|member| member.key.text() != Some("name"));
    let Some(Entry { key, value }) = kind else { return VolumeSource::Other(Text::default()) };
    fields.checked(value, value.is_mapping() || value.is_null(), "a mapping");
    for options in ["volumeAttributes", "options"] {
        if let Some(options) = value.get(options) {
            fields.keep_below(options, "volume option");
        }
    }
    let driver = fields.name(value, "driver").or_else(|| shown(key));
    VolumeSource::Other(driver.unwrap_or_default())
}
