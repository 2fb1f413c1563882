//! A service's own container: variables, commands, mounts and labels, in each of their forms.

use smol_str::format_smolstr;

use super::interpolation::filled;
use crate::credential::{Secret, safe_name};
use crate::document::{Entry, Node};
use crate::read::fields::{Fields, secret, shown};
use crate::read::words::word;
use crate::workload::{
    Command, CommandKind, Container, EnvSource, EnvVar, Firelens, Mount, Reference, Role, Store, Text,
    TextOption, Value, Volume, VolumeSource,
};

/// Where secrets are mounted, each under its name.
const SECRETS: &str = "/run/secrets";

/// The container of a service, and its volumes.
pub(super) fn service(
    fields: &mut Fields,
    file: Node<'_>,
    node: Node<'_>,
    name: &str,
) -> (Container, Vec<Volume>) {
    let mut placed: Vec<_> = each(node, "volumes").filter_map(|item| volume(fields, item)).collect();
    placed.extend(each(node, "secrets").filter_map(|item| mounted_secret(fields, file, item)));
    let (mounts, volumes) = placed.into_iter().unzip();
    let container = Container {
        name: safe_name(name).into(),
        at: node.at(),
        role: Role::App,
        image: fields.named(node, "image"),
        env: variables(node),
        env_at: node.get("environment").map(Node::at),
        env_sources: env_files(fields, node),
        commands: commands(node),
        mounts,
        options: labels(node).into_iter().chain(log_options(node)).collect(),
        network_disabled: None,
        firelens: Firelens::No,
        user: user(fields, node),
        tied_to: Vec::new(),
    };
    (container, volumes)
}

/// The items of a list, or the one that stands instead of it.
fn each<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let value = node.get(key).filter(|value| !value.is_null());
    let alone = value.filter(|value| !value.is_sequence());
    value.into_iter().flat_map(Node::items).chain(alone)
}

/// `environment` as a mapping, or as a list of `NAME=value`. A name alone is the operator's own variable, as
/// `${NAME}` would be.
fn variables(node: Node<'_>) -> Vec<EnvVar> {
    let Some(environment) = node.get("environment") else { return Vec::new() };
    let members = environment.entries().filter_map(|entry| {
        let name = shown(entry.key)?;
        let value = entry.value.text().map_or_else(|| passed_on(&name), |text| Secret::new(filled(text)));
        Some(variable(name, value, entry.value))
    });
    let items = environment.items().filter_map(|item| {
        let text = item.text()?;
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let value = value.map_or_else(|| passed_on(name), |value| Secret::new(filled(value)));
        Some(variable(safe_name(name).into(), value, item))
    });
    members.chain(items).collect()
}

fn passed_on(name: &str) -> Secret {
    Secret::new(format!("${{{name}}}"))
}

fn variable(name: Text, value: Secret, node: Node<'_>) -> EnvVar {
    EnvVar { name, at: node.at(), value_at: node.at(), value: Value::Literal(value) }
}

/// `env_file` is a path, a list of paths, or a list of mappings with a path.
fn env_files(fields: &mut Fields, node: Node<'_>) -> Vec<EnvSource> {
    let source = |item: Node<'_>| {
        let path = item.get("path").unwrap_or(item);
        let optional = item.get("required").and_then(Node::boolean) == Some(false);
        let object = fields.kept_name(path)?;
        let from = Reference { store: Store::EnvFile, object, key: None, optional };
        Some(EnvSource { at: item.at(), from, prefix: Text::default() })
    };
    each(node, "env_file").filter_map(source).collect()
}

fn commands(node: Node<'_>) -> Vec<Command> {
    let health = node.get("healthcheck");
    let parts = [
        (CommandKind::EntryPoint, Some(node), "entrypoint"),
        (CommandKind::Arguments, Some(node), "command"),
        (CommandKind::Check, health, "test"),
    ];
    let commands = parts.into_iter().filter_map(|(kind, node, key)| {
        let words = each(node?, key).filter(|item| item.text().is_some()).map(word).collect();
        Some(Command { kind, words })
    });
    commands.filter(|command| !command.words.is_empty()).collect()
}

/// `labels` as a mapping, or as a list of `key=value`.
fn labels(node: Node<'_>) -> Vec<TextOption> {
    let Some(labels) = node.get("labels") else { return Vec::new() };
    let option = |key: Text, value: Secret, node: Node<'_>| TextOption {
        field: "docker label",
        key,
        value: Value::Literal(value),
        at: node.at(),
    };
    let members = labels
        .entries()
        .filter_map(|entry| Some(option(shown(entry.key)?, secret(entry.value), entry.value)));
    let items = labels.items().filter_map(|item| {
        let (key, value) = item.text()?.split_once('=')?;
        Some(option(safe_name(key).into(), Secret::new(value), item))
    });
    members.chain(items).collect()
}

/// `logging.options`, a mapping of texts.
fn log_options(node: Node<'_>) -> Vec<TextOption> {
    let options = node.get("logging").and_then(|logging| logging.get("options"));
    let entries = options.into_iter().flat_map(Node::entries);
    let option = |entry: Entry<'_>| {
        let value = Value::Literal(secret(entry.value));
        Some(TextOption { field: "log option", key: shown(entry.key)?, value, at: entry.value.at() })
    };
    entries.filter_map(option).collect()
}

fn user(fields: &mut Fields, node: Node<'_>) -> Option<i64> {
    fields.name(node, "user")?.split(':').next()?.parse().ok()
}

/// `SOURCE:TARGET[:OPTIONS]`, or a mapping of the same.
fn volume(fields: &mut Fields, item: Node<'_>) -> Option<(Mount, Volume)> {
    if item.is_mapping() {
        let source = fields.name(item, "source").unwrap_or_default();
        return Some(placed(item, source, fields.name(item, "target")?));
    }
    let text = fields.kept_name(item)?;
    // `${HOME:-/root}` has a colon of its own.
    let from = text.rfind('}').unwrap_or_default();
    let split = text[from..].find(':').map(|colon| from + colon)?;
    let target = text[split + 1..].split(':').next()?.into();
    Some(placed(item, text[..split].into(), target))
}

fn placed(item: Node<'_>, source: Text, path: Text) -> (Mount, Volume) {
    let is_path = source.starts_with(['/', '.', '~', '$']);
    let held = if is_path { VolumeSource::Host(source.clone()) } else { VolumeSource::Other("local".into()) };
    mounted(item, source, path, held)
}

fn mounted(item: Node<'_>, name: Text, path: Text, source: VolumeSource) -> (Mount, Volume) {
    let mount = Mount { volume: name.clone(), path, sub_path: None, at: item.at() };
    (mount, Volume { name, at: item.at(), source })
}

/// A secret of the file's `secrets`, by name or as a mapping with `source` and `target`.
fn mounted_secret(fields: &mut Fields, file: Node<'_>, item: Node<'_>) -> Option<(Mount, Volume)> {
    let name = fields.kept_name(item.get("source").unwrap_or(item))?;
    let target =
        item.get("target").and_then(|target| fields.kept_name(target)).unwrap_or_else(|| name.clone());
    let path = if target.starts_with('/') { target } else { format_smolstr!("{SECRETS}/{target}") };
    let declared = file.get("secrets").and_then(|secrets| secrets.get(&name)?.get("file"));
    let from =
        declared.and_then(|path| fields.kept_name(path)).unwrap_or_else(|| format_smolstr!("secret {name}"));
    Some(mounted(item, format_smolstr!("secret {name}"), path, VolumeSource::Host(from)))
}
