//! A container definition.

use smol_str::format_smolstr;

use super::environment::{files, secrets, variables};
use crate::document::Node;
use crate::read::fields::Fields;
use crate::read::words::words;
use crate::workload::{Command, CommandKind, Container, Firelens, Mount, Role, Text, TextOption, Value};

const LOG_OPTION: &str = "log option";
const FIRELENS_OPTION: &str = "FireLens option";
const DOCKER_LABEL: &str = "docker label";

/// Members that say nothing of credentials, and that may have a key in them all the same.
const UNREAD: [&str; 4] = ["extraHosts", "repositoryCredentials", "systemControls", "workingDirectory"];

/// Reads one container definition; `index` names it when it has no name.
pub(super) fn container(fields: &mut Fields, node: Node<'_>, index: usize) -> Container {
    let mut env = variables(fields, node);
    env.extend(secrets(fields, node, "secrets"));
    for key in UNREAD {
        if let Some(value) = fields.get(node, key) {
            fields.keep_below(value, "member of the container");
        }
    }
    Container {
        name: fields.name(node, "name").unwrap_or_else(|| format_smolstr!("[{index}]")),
        at: node.at(),
        role: Role::App,
        image: fields.named(node, "image"),
        env,
        env_at: fields.get(node, "environment").map(Node::at),
        env_sources: files(fields, node),
        commands: commands(fields, node),
        mounts: mounts(fields, node),
        options: options(fields, node),
        network_disabled: disabled(fields, node),
        firelens: firelens(fields, node),
        user: user(fields, node),
        tied_to: tied_to(fields, node),
    }
}

fn disabled(fields: &mut Fields, node: Node<'_>) -> Option<crate::document::At> {
    let key = "disableNetworking";
    if fields.is_on(node, key) { fields.get(node, key).map(Node::at) } else { None }
}

/// `user` is `uid`, `uid:gid`, or names.
fn user(fields: &mut Fields, node: Node<'_>) -> Option<i64> {
    let user = fields.name(node, "user")?;
    user.split(':').next()?.parse().ok()
}

fn commands(fields: &mut Fields, node: Node<'_>) -> Vec<Command> {
    let health = fields.mapping(node, "healthCheck", "a mapping with a command");
    let mut commands = vec![
        Command { kind: CommandKind::EntryPoint, words: words(fields, node, "entryPoint") },
        Command { kind: CommandKind::Arguments, words: words(fields, node, "command") },
    ];
    if let Some(health) = health {
        commands.push(Command { kind: CommandKind::Check, words: words(fields, health, "command") });
    }
    commands.retain(|command| !command.words.is_empty());
    commands
}

fn mounts(fields: &mut Fields, node: Node<'_>) -> Vec<Mount> {
    fields.each(node, "mountPoints", "a list of mount points", mount)
}

fn mount(fields: &mut Fields, entry: Node<'_>) -> Option<Mount> {
    Some(Mount {
        volume: fields.name(entry, "sourceVolume")?,
        path: fields.name(entry, "containerPath")?,
        sub_path: None,
        at: entry.at(),
    })
}

fn options(fields: &mut Fields, node: Node<'_>) -> Vec<TextOption> {
    let mut all = texts(fields, node, "dockerLabels", DOCKER_LABEL);
    if let Some(log) = fields.mapping(node, "logConfiguration", "a mapping") {
        all.extend(texts(fields, log, "options", LOG_OPTION));
        let secrets = secrets(fields, log, "secretOptions").into_iter();
        all.extend(secrets.map(|var| TextOption {
            field: LOG_OPTION,
            key: var.name,
            value: var.value,
            at: var.value_at,
        }));
    }
    if let Some(router) = fields.mapping(node, "firelensConfiguration", "a mapping") {
        all.extend(texts(fields, router, "options", FIRELENS_OPTION));
    }
    all
}

fn texts(fields: &mut Fields, node: Node<'_>, key: &str, field: &'static str) -> Vec<TextOption> {
    let labels = fields.labels(node, key, "a mapping of texts").into_iter();
    labels.map(|l| TextOption { field, key: l.key, value: Value::Literal(l.value), at: l.at }).collect()
}

fn firelens(fields: &mut Fields, node: Node<'_>) -> Firelens {
    let driver = fields.get(node, "logConfiguration").and_then(|log| fields.name(log, "logDriver"));
    if fields.get(node, "firelensConfiguration").is_some() {
        Firelens::Router
    } else if driver.as_deref() == Some("awsfirelens") {
        Firelens::Client
    } else {
        Firelens::No
    }
}

/// `links` are `container` or `container:alias`.
fn tied_to(fields: &mut Fields, node: Node<'_>) -> Vec<Text> {
    let links = fields.names(node, "links", "a list of links").into_iter();
    let mut names: Vec<Text> = links.map(|link| link.split(':').next().unwrap_or_default().into()).collect();
    for from in fields.mappings(node, "volumesFrom", "a list of containers") {
        names.extend(fields.name(from, "sourceContainer"));
    }
    names
}
