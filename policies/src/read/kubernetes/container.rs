//! A container of a pod.

use smol_str::format_smolstr;

use crate::document::Node;
use crate::read::fields::{Fields, secret};
use crate::read::words::words;
use crate::workload::{
    Command, CommandKind, Container, EnvSource, EnvVar, Firelens, Mount, Reference, Role, Store, Value,
};

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];
const HOOKS: [&str; 2] = ["postStart", "preStop"];

/// Reads one container; `index` names it when it has no name.
pub(super) fn container(fields: &mut Fields, node: Node<'_>, index: usize, role: Role) -> Container {
    if let Some(folder) = fields.get(node, "workingDir") {
        fields.keep_below(folder, "working directory");
    }
    Container {
        name: fields.name(node, "name").unwrap_or_else(|| format_smolstr!("[{index}]")),
        at: node.at(),
        role: actual_role(fields, node, role),
        image: fields.named(node, "image"),
        env: variables(fields, node),
        env_at: node.get("env").map(Node::at),
        env_sources: sources(fields, node),
        commands: commands(fields, node),
        mounts: mounts(fields, node),
        options: Vec::new(),
        network_disabled: None,
        firelens: Firelens::No,
        user: user(fields, node),
        tied_to: Vec::new(),
    }
}

/// `runAsUser` of a container's or a pod's security context.
pub(super) fn user(fields: &mut Fields, node: Node<'_>) -> Option<i64> {
    let context = fields.mapping(node, "securityContext", "a mapping")?;
    fields.number(context, "runAsUser")
}

/// Source: Kubernetes documentation, "Sidecar Containers".
fn actual_role(fields: &mut Fields, node: Node<'_>, role: Role) -> Role {
    let restarts = fields.name(node, "restartPolicy").is_some_and(|policy| policy == "Always");
    if role == Role::Init && restarts { Role::Sidecar } else { role }
}

fn variables(fields: &mut Fields, node: Node<'_>) -> Vec<EnvVar> {
    fields.each(node, "env", "a list of variables", variable)
}

fn variable(fields: &mut Fields, entry: Node<'_>) -> Option<EnvVar> {
    let Some(name) = fields.name(entry, "name") else {
        fields.wrong(entry, "a variable with a name");
        return None;
    };
    let (value, value_at) = match fields.get(entry, "valueFrom") {
        Some(from) => referenced(fields, entry, from),
        None => literal(fields, entry),
    };
    Some(EnvVar { name, at: entry.at(), value_at: value_at.at(), value })
}

fn literal<'d>(fields: &mut Fields, entry: Node<'d>) -> (Value, Node<'d>) {
    match fields.scalar(entry, "value", "a text") {
        Some(value) => (Value::Literal(secret(value)), value),
        None => (Value::Nothing, entry),
    }
}

/// A value beside `valueFrom` is refused by the API; a key in it has leaked nonetheless.
fn referenced<'d>(fields: &mut Fields, entry: Node<'d>, from: Node<'d>) -> (Value, Node<'d>) {
    if let Some(value) = fields.get(entry, "value") {
        fields.keep_below(value, "value beside valueFrom");
    }
    for (key, store) in [("secretKeyRef", Store::Secret), ("configMapKeyRef", Store::ConfigMap)] {
        if let Some(node) = fields.mapping(from, key, "a reference to a key") {
            let reference = reference(fields, node, store, "name");
            return (Value::Reference(Reference { key: fields.name(node, "key"), ..reference }), node);
        }
    }
    if !from.is_mapping() {
        fields.wrong(from, "a reference");
    }
    (Value::Field, from)
}

/// A reference to a whole object, which `name` names.
pub(super) fn reference(fields: &mut Fields, node: Node<'_>, store: Store, name: &str) -> Reference {
    let object = fields.name(node, name).unwrap_or_default();
    Reference { store, object, key: None, optional: fields.is_on(node, "optional") }
}

fn sources(fields: &mut Fields, node: Node<'_>) -> Vec<EnvSource> {
    fields.each(node, "envFrom", "a list of sources of variables", source)
}

fn source(fields: &mut Fields, entry: Node<'_>) -> Option<EnvSource> {
    let stores = [("secretRef", Store::Secret), ("configMapRef", Store::ConfigMap)];
    let (node, store) = stores.into_iter().find_map(|(key, store)| {
        fields.mapping(entry, key, "a reference to an object").map(|node| (node, store))
    })?;
    let from = reference(fields, node, store, "name");
    Some(EnvSource { at: entry.at(), from, prefix: fields.name(entry, "prefix").unwrap_or_default() })
}

fn commands(fields: &mut Fields, node: Node<'_>) -> Vec<Command> {
    let mut commands = Vec::new();
    commands.extend(command(fields, node, "command", CommandKind::EntryPoint));
    commands.extend(command(fields, node, "args", CommandKind::Arguments));
    for probe in PROBES {
        let probe = fields.mapping(node, probe, "a probe");
        commands.extend(probe.and_then(|probe| check(fields, probe)));
    }
    if let Some(lifecycle) = fields.mapping(node, "lifecycle", "a mapping of hooks") {
        let hooks = HOOKS.map(|hook| fields.mapping(lifecycle, hook, "a hook"));
        commands.extend(hooks.into_iter().flatten().filter_map(|hook| check(fields, hook)));
    }
    commands
}

/// A probe or a hook: a command, or a request whose headers no process of the container reads.
fn check(fields: &mut Fields, handler: Node<'_>) -> Option<Command> {
    if let Some(request) = fields.get(handler, "httpGet") {
        fields.keep_below(request, "probe request");
    }
    let exec = fields.mapping(handler, "exec", "a mapping with a command")?;
    command(fields, exec, "command", CommandKind::Check)
}

fn command(fields: &mut Fields, node: Node<'_>, key: &str, kind: CommandKind) -> Option<Command> {
    let words = words(fields, node, key);
    (!words.is_empty()).then_some(Command { kind, words })
}

fn mounts(fields: &mut Fields, node: Node<'_>) -> Vec<Mount> {
    fields.each(node, "volumeMounts", "a list of mounts", mount)
}

fn mount(fields: &mut Fields, entry: Node<'_>) -> Option<Mount> {
    let sub_path = fields.name(entry, "subPath").or_else(|| fields.name(entry, "subPathExpr"));
    Some(Mount {
        volume: fields.name(entry, "name")?,
        path: fields.name(entry, "mountPath")?,
        sub_path,
        at: entry.at(),
    })
}
