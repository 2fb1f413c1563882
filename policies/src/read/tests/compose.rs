//! Compose files.

use super::{env, yaml};
use crate::workload::{CommandKind, DockerNetwork, Platform, Store, VolumeSource};

fn network(text: &str, service: &str) -> DockerNetwork {
    let read = yaml(text);
    let workload = read.contents.workloads.iter().find(|workload| workload.id.name == service).unwrap();
    match &workload.platform {
        Platform::Docker(docker) => docker.network,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_service_is_a_workload_of_one_container() {
    let read = yaml("services:\n  web: {image: nginx}\n  app: {build: .}\n  none:\n");
    let names: Vec<_> = read.contents.workloads.iter().map(|workload| workload.id.name.as_str()).collect();
    assert_eq!(names, ["web", "app"]);
    assert_eq!(read.contents.workloads[0].containers[0].image.as_ref().unwrap().name, "nginx");
}

#[test]
fn what_has_services_without_images_is_no_compose_file() {
    for other in ["services: {a: {port: 80}}", "services: [a]", "{apiVersion: v1, services: {a: {image: b}}}"]
    {
        assert!(yaml(other).contents.is_empty(), "{other}");
    }
}

#[test]
fn variables_are_read_from_a_mapping_and_from_a_list() {
    for form in ["{A: one, B: 2, C: }", "[A=one, B=2, C]"] {
        let read = yaml(&format!("services: {{app: {{image: i, environment: {form}}}}}"));
        assert_eq!(env(read.container()), ["A=one", "B=2", "C=${C}"], "C is the operator's own");
    }
}

#[test]
fn files_of_variables_are_noted_in_each_form() {
    for form in ["app.env", "[app.env]", "[{path: app.env, required: false}]"] {
        let read = yaml(&format!("services: {{app: {{image: i, env_file: {form}}}}}"));
        let from = &read.container().env_sources[0].from;
        assert_eq!((from.store, from.object.as_str()), (Store::EnvFile, "app.env"));
    }
}

#[test]
fn folders_of_the_host_and_secrets_are_mounted() {
    let read = yaml(
        "services:\n  app:\n    image: i\n    volumes: [~/.aws:/root/.aws:ro, 'data:/data', {type: bind, source: ./x, target: /x}]\n    secrets: [aws]\nsecrets: {aws: {file: ./aws.ini}}\n",
    );
    let mounts: Vec<_> = read.container().mounts.iter().map(|mount| mount.path.as_str()).collect();
    assert_eq!(mounts, ["/root/.aws", "/data", "/x", "/run/secrets/aws"]);
    let hosts = read.only().volumes.iter().filter(|volume| matches!(volume.source, VolumeSource::Host(_)));
    assert_eq!(hosts.count(), 3);
}

#[test]
fn commands_are_read_as_text_and_as_list() {
    for form in ["aws s3 ls", "[aws, s3, ls]"] {
        let read = yaml(&format!("services: {{app: {{image: i, command: {form}}}}}"));
        assert_eq!(read.container().commands[0].kind, CommandKind::Arguments);
        assert!(read.only().problems.is_empty());
    }
}

#[test]
fn networks_lead_out_unless_all_of_them_are_internal() {
    let file = "services:\n  a: {image: i, networks: [closed]}\n  b: {image: i, networks: {closed: , open: }}\n  c: {image: i}\n  d: {image: i, network_mode: host}\n  e: {image: i, network_mode: 'service:a'}\n  f: {image: i, network_mode: none}\n  g: {image: i, networks: [proxy]}\n  h: {image: i, network_mode: 'container:x'}\nnetworks: {closed: {internal: true}, open: , proxy: {external: true}}\n";
    let expected = [
        ("a", DockerNetwork::Internal),
        ("b", DockerNetwork::Bridge),
        ("c", DockerNetwork::Bridge),
        ("d", DockerNetwork::Host),
        ("e", DockerNetwork::Internal),
        ("f", DockerNetwork::None),
        ("g", DockerNetwork::Other),
        ("h", DockerNetwork::Other),
    ];
    for (service, leads) in expected {
        assert_eq!(network(file, service), leads, "{service}");
    }
}

#[test]
fn services_that_share_each_others_network_in_a_circle_end() {
    let file =
        "services:\n  a: {image: i, network_mode: 'service:b'}\n  b: {image: i, network_mode: 'service:a'}\n";
    assert_eq!(network(file, "a"), DockerNetwork::Other);
}
