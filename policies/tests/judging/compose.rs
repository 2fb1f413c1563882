//! Compose files: keys, files and networks of Docker.

use std::sync::Arc;

use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::facts::Facts;
use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::read::read;
use policyctl_policies::trace::Reach;
use policyctl_policies::trace::reach::of_container;

use crate::stage::{EXAMPLE_ID, EXAMPLE_SECRET, ID, SECRET, assert_says, message};

fn service(members: &str) -> String {
    format!("services:\n  app:\n    image: acme/app:1\n{members}")
}

fn needy(members: &str) -> String {
    service(&format!("    environment: [TARGET=s3://acme-exports/daily]\n{members}"))
}

fn baseline() -> Policy {
    Policy::bundled(Bundle::Baseline)
}

/// Whether the metadata service is reached, where the policy says that the hosts have this hop limit.
fn metadata(file: &str, limit: Option<u8>) -> Reach {
    let mut policy = baseline();
    policy.surroundings.docker_hop_limit = limit;
    let documents = parse(&Arc::from("compose.yaml"), file.as_bytes(), Format::Yaml, Limits::default());
    let document = documents.into_iter().next().expect("a document").expect("readable");
    let workload = &read(&document, "compose").workloads[0];
    of_container(workload, &workload.containers[0], &Facts::default(), &policy).metadata
}

#[test]
fn a_literal_key_is_denied_in_each_form() {
    for environment in [
        format!("{{AWS_ACCESS_KEY_ID: {ID}, AWS_SECRET_ACCESS_KEY: {SECRET}}}"),
        format!("[AWS_ACCESS_KEY_ID={ID}, AWS_SECRET_ACCESS_KEY={SECRET}]"),
        format!(
            "['AWS_ACCESS_KEY_ID=${{KEY:-{EXAMPLE_ID}}}', 'AWS_SECRET_ACCESS_KEY=${{SECRET:-{EXAMPLE_SECRET}}}']"
        ),
    ] {
        let file = service(&format!("    environment: {environment}\n"));
        assert_says(&file, &baseline(), &["static-access-key=deny"]);
    }
}

#[test]
fn what_the_operator_passes_on_warns() {
    let file = service("    environment: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]\n");
    assert_says(&file, &baseline(), &["template-marks=warn"]);
}

#[test]
fn the_key_of_a_server_beside_it_passes() {
    let file = service(&format!(
        "    environment: {{AWS_ACCESS_KEY_ID: {ID}, AWS_SECRET_ACCESS_KEY: {SECRET}, S3_ENDPOINT: 'http://minio:9000'}}\n  minio: {{image: minio/minio}}\n"
    ));
    assert_says(&file, &baseline(), &[]);
}

#[test]
fn a_home_full_of_keys_that_is_mounted_warns() {
    let file = service("    volumes: ['~/.aws:/root/.aws:ro']\n");
    assert_says(&file, &baseline(), &["credentials-file-mount=warn"]);
}

#[test]
fn a_service_without_a_way_out_that_needs_aws_is_denied() {
    assert_says(&needy("    network_mode: none\n"), &baseline(), &["isolated-container=deny"]);
    let internal = needy("    networks: [back]\nnetworks: {back: {internal: true}}\n");
    assert_says(&internal, &baseline(), &["isolated-container=deny"]);
}

#[test]
fn a_service_with_a_way_out_is_not_isolated() {
    for members in [
        "",
        "    network_mode: host\n",
        "    networks: [back, front]\nnetworks: {back: {internal: true}}\n",
        "    networks: [back]\nnetworks: {back: {external: true}}\n",
        "    network_mode: 'container:vpn'\n",
    ] {
        assert_says(&needy(members), &baseline(), &[]);
    }
    let proxied = service(
        "    environment: [TARGET=s3://acme-exports/daily, HTTPS_PROXY=http://squid:3128]\n    networks: [back]\nnetworks: {back: {internal: true}}\n",
    );
    assert_says(&proxied, &baseline(), &[]);
}

#[test]
fn the_hop_limit_decides_whether_a_bridge_leads_to_metadata() {
    let (bridge, host) = (needy(""), needy("    network_mode: host\n"));
    assert!(metadata(&bridge, Some(1)).is_no() && metadata(&bridge, Some(2)).is_yes());
    assert!(metadata(&host, Some(1)).is_yes());
}

#[test]
fn without_a_hop_limit_the_host_may_be_no_instance() {
    for members in ["", "    network_mode: host\n"] {
        assert!(matches!(metadata(&needy(members), None), Reach::Unknown(_)), "{members}");
    }
}

#[test]
fn a_key_anywhere_in_the_file_is_denied() {
    for members in [
        format!("    logging: {{driver: splunk, options: {{aws_key_id: {ID}, aws_sec_key: {SECRET}}}}}\n"),
        format!("    build: {{args: {{AWS_ACCESS_KEY_ID: {ID}, AWS_SECRET_ACCESS_KEY: {SECRET}}}}}\n"),
        format!("    healthcheck: {{test: 'AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} ./app'}}\n"),
        format!("    labels: ['credentials={ID}:{SECRET}']\n"),
        format!("configs: {{aws: {{content: 'aws_access_key_id={ID} aws_secret_access_key={SECRET}'}}}}\n"),
        format!("volumes: {{s3: {{driver_opts: {{accessKey: {ID}, secretKey: {SECRET}}}}}}}\n"),
    ] {
        let said = message(&service(&members), "static-access-key");
        assert!(said.contains("long-lived key"), "{members}: {said}");
    }
}

#[test]
fn a_mark_that_names_an_object_server_is_its_key() {
    for environment in [
        "{AWS_ACCESS_KEY_ID: '${MINIO_ROOT_USER}', AWS_SECRET_ACCESS_KEY: '${MINIO_ROOT_PASSWORD}'}",
        "{ALIYUN_OSS_ACCESS_KEY: '${KEY}', ALIYUN_OSS_SECRET_KEY: '${SECRET}', ALIYUN_OSS_ENDPOINT: '${ENDPOINT}'}",
    ] {
        assert_says(&service(&format!("    environment: {environment}\n")), &baseline(), &[]);
    }
}

#[test]
fn marks_for_keys_and_endpoint_beside_an_object_server_are_its_own() {
    let file = service(
        "    environment: {S3_ACCESS_KEY_ID: '${ID}', S3_SECRET_ACCESS_KEY: '${SECRET}', S3_ENDPOINT: '${ENDPOINT}'}\n",
    );
    assert_says(&file, &baseline(), &["template-marks=warn"]);
    assert_says(&format!("{file}  minio: {{image: minio/minio}}\n"), &baseline(), &[]);
}

#[test]
fn a_bridge_on_an_instance_whose_hop_limit_is_one_warns() {
    let says = |limit: Option<u8>, members: &str, expected: &[&str]| {
        let mut policy = baseline();
        policy.surroundings.docker_hop_limit = limit;
        assert_says(&needy(members), &policy, expected);
    };
    says(Some(1), "", &["metadata-hop-limit=warn"]);
    says(Some(2), "", &[]);
    says(None, "", &[]);
    says(Some(1), "    network_mode: host\n", &[]);
}
