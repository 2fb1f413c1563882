//! What a task definition says beside its containers.

use crate::document::Node;
use crate::read::fields::Fields;
use crate::workload::{LaunchType, NetworkMode, Os, Task, Text};

/// Reads the task level fields.
pub(super) fn task(fields: &mut Fields, definition: Node<'_>) -> Task {
    let mode = fields.scalar(definition, "networkMode", "a network mode");
    proxy(fields, definition);
    Task {
        task_role: fields.role(definition, "taskRoleArn"),
        execution_role: fields.role(definition, "executionRoleArn"),
        network_mode: mode.and_then(|mode| fields.kept_name(mode)).map(network_mode),
        network_mode_at: mode.map(Node::at),
        launch_types: launch_types(fields, definition),
        os: os(fields, definition),
        bare: false,
    }
}

fn network_mode(name: Text) -> NetworkMode {
    match name.to_ascii_lowercase().as_str() {
        "bridge" => NetworkMode::Bridge,
        "host" => NetworkMode::Host,
        "awsvpc" => NetworkMode::Awsvpc,
        "none" => NetworkMode::None,
        "default" => NetworkMode::Default,
        _ => NetworkMode::Other(name),
    }
}

/// What the definition asks for; what ECS found it compatible with only where it asks for nothing.
fn launch_types(fields: &mut Fields, definition: Node<'_>) -> Vec<LaunchType> {
    let expected = "a list of launch types";
    let required = fields.names(definition, "requiresCompatibilities", expected);
    let found = fields.names(definition, "compatibilities", expected);
    let names = if required.is_empty() { found } else { required };
    names.into_iter().map(launch_type).collect()
}

fn launch_type(name: Text) -> LaunchType {
    match name.to_ascii_uppercase().as_str() {
        "EC2" => LaunchType::Ec2,
        "FARGATE" => LaunchType::Fargate,
        "EXTERNAL" => LaunchType::External,
        "MANAGED_INSTANCES" => LaunchType::ManagedInstances,
        _ => LaunchType::Other(name),
    }
}

fn os(fields: &mut Fields, definition: Node<'_>) -> Option<Os> {
    let platform = fields.mapping(definition, "runtimePlatform", "a mapping")?;
    let family = fields.name(platform, "operatingSystemFamily")?.to_ascii_uppercase();
    match family.as_str() {
        "LINUX" => Some(Os::Linux),
        windows if windows.starts_with("WINDOWS") => Some(Os::Windows),
        _ => None,
    }
}

/// Properties of an App Mesh proxy: read by the agent.
fn proxy(fields: &mut Fields, definition: Node<'_>) {
    if let Some(proxy) = fields.mapping(definition, "proxyConfiguration", "a mapping")
        && let Some(properties) = fields.get(proxy, "properties")
    {
        fields.keep_below(properties, "proxy property");
    }
}
