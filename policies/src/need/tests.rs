//! What is weighed, and how heavily: a need for AWS, case by case.

use super::*;
use crate::credential;
use crate::facts::{Fact, ServiceAccount};
use crate::policy::{Bundle, Policy};
use crate::read::read;

/// The need of the first container of a document, under the default policy.
fn need(yaml: &str) -> Need {
    need_of(yaml, 0, &Facts::default())
}

fn need_of(yaml: &str, index: usize, facts: &Facts) -> Need {
    use crate::document::{Format, Limits, parse};
    let stream = parse(&std::sync::Arc::from("test.yaml"), yaml.as_bytes(), Format::Yaml, Limits::default());
    let document = stream.into_iter().next().unwrap().unwrap();
    let contents = read(&document, "test");
    let workload = &contents.workloads[0];
    let container = &workload.containers[index];
    let keys = credential::of_container(workload, container, facts);
    of_container(workload, container, &keys, facts, &Policy::bundled(Bundle::Baseline))
}

fn pod(container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: app}}\nspec:\n  containers:\n    - {{name: app, {container}}}\n"
    )
}

fn task(more: &str, containers: &str) -> String {
    format!("family: app\n{more}\ncontainerDefinitions:\n{containers}")
}

fn with_env(env: &str) -> Grade {
    need(&pod(&format!("image: acme/app, env: [{env}]"))).grade
}

const TASK_ROLE: &str = "taskRoleArn: arn:aws:iam::111122223333:role/app";

#[test]
fn a_role_is_certain_for_one_container_and_likely_for_each_of_several() {
    let one = "  - {name: app, image: acme/app}\n";
    assert_eq!(need(&task(TASK_ROLE, one)).grade, Grade::Certain);
    let several = format!("{one}  - {{name: proxy, image: 'envoyproxy/envoy:v1'}}\n");
    assert_eq!(need(&task(TASK_ROLE, &several)).grade, Grade::Likely);
    assert_eq!(need_of(&task(TASK_ROLE, &several), 1, &Facts::default()).grade, Grade::None);
}

#[test]
fn a_container_that_wants_no_network_wants_no_role() {
    let silent = "  - {name: app, image: acme/app, disableNetworking: true}\n";
    assert_eq!(need(&task(TASK_ROLE, silent)).grade, Grade::None);
}

#[test]
fn an_annotated_service_account_is_a_role() {
    let annotations =
        [("eks.amazonaws.com/role-arn".to_owned(), "arn:aws:iam::111122223333:role/app".to_owned())];
    let account = ServiceAccount { annotations: annotations.into(), ..ServiceAccount::default() };
    let facts = Facts { service_account: Fact::Known(account), ..Facts::default() };
    assert_eq!(need_of(&pod("image: acme/app"), 0, &facts).grade, Grade::Certain);
}

#[test]
fn service_endpoints_arns_and_buckets_are_needs() {
    assert_eq!(
        with_env("{name: Q, value: 'https://sqs.eu-west-1.amazonaws.com/111122223333/x'}"),
        Grade::Certain
    );
    assert_eq!(
        with_env("{name: T, value: 'arn:aws:dynamodb:eu-west-1:111122223333:table/x'}"),
        Grade::Certain
    );
    assert_eq!(with_env("{name: BUCKET, value: uploads}"), Grade::Likely);
    assert_eq!(
        with_env("{name: BUCKET, value: uploads}, {name: AWS_REGION, value: eu-west-1}"),
        Grade::Certain
    );
}

#[test]
fn what_is_no_service_is_no_need() {
    for env in [
        "{name: DB_HOST, value: orders.abc123.eu-west-1.rds.amazonaws.com}",
        "{name: REDIS, value: x.abc.0001.euw1.cache.amazonaws.com}",
        "{name: IMAGE, value: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1'}",
        "{name: AWS_REGION, value: eu-west-1}",
        "{name: GCS_BUCKET, value: uploads}",
        "{name: BUCKET, value: ''}",
        "{name: ROLE, value: 'arn:aws:iam::111122223333:role/app'}",
    ] {
        assert_eq!(with_env(env), Grade::None, "{env}");
    }
}

#[test]
fn an_s3_compatible_endpoint_cancels_s3_and_nothing_else() {
    let s3 = "{name: S3_ENDPOINT, value: 'http://minio:9000'}, {name: BUCKET, value: 's3://uploads'}";
    assert_eq!(with_env(s3), Grade::None);
    let queue = "{name: Q, value: 'https://sqs.eu-west-1.amazonaws.com/111122223333/x'}";
    assert_eq!(with_env(&format!("{s3}, {queue}")), Grade::Certain);
    let all = format!("{{name: AWS_ENDPOINT_URL, value: 'http://localstack:4566'}}, {queue}");
    assert_eq!(with_env(&all), Grade::None);
}

#[test]
fn an_endpoint_that_is_not_written_here_leaves_s3_likely_at_most() {
    let env = "{name: BUCKET, value: 's3://uploads'}, {name: S3_ENDPOINT, valueFrom: {secretKeyRef: {name: s3, key: url}}}";
    assert_eq!(with_env(env), Grade::Likely);
}

#[test]
fn the_agents_business_is_not_the_containers() {
    let container = "  - name: app
    image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1
    logConfiguration: {logDriver: awslogs, options: {awslogs-group: /app, awslogs-region: eu-west-1}}
    secrets: [{name: DB_PASSWORD, valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db'}]
";
    assert_eq!(need(&task("", container)).grade, Grade::None);
}

#[test]
fn a_log_router_needs_what_it_ships_to() {
    let app = |output: &str| {
        format!(
            "  - {{name: router, image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable', firelensConfiguration: {{type: fluentbit}}}}
  - {{name: app, image: acme/app, logConfiguration: {{logDriver: awsfirelens, options: {{Name: {output}}}}}}}
"
        )
    };
    assert_eq!(need(&task("", &app("cloudwatch_logs"))).grade, Grade::Certain);
    assert_eq!(need(&task("", &app("datadog"))).grade, Grade::None);
    assert_eq!(need_of(&task("", &app("cloudwatch_logs")), 1, &Facts::default()).grade, Grade::None);
}

#[test]
fn arguments_decide_for_images_with_many_targets() {
    let dns = "image: 'registry.k8s.io/external-dns/external-dns:v0.14.0'";
    assert_eq!(need(&pod(dns)).grade, Grade::None);
    assert_eq!(need(&pod(&format!("{dns}, args: [--provider=aws]"))).grade, Grade::Certain);
    assert_eq!(need(&pod(&format!("{dns}, args: [--provider, aws]"))).grade, Grade::Certain);
    assert_eq!(need(&pod(&format!("{dns}, args: [--provider=google]"))).grade, Grade::None);
    let join = "image: consul:1.15, args: [agent, -retry-join, provider=aws tag_key=consul tag_value=server]";
    assert_eq!(need(&pod(join)).grade, Grade::Certain);
}

#[test]
fn images_that_work_with_aws_only_are_certain() {
    assert_eq!(
        need(&pod("image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2'")).grade,
        Grade::Certain
    );
}

#[test]
fn the_aws_cli_in_a_command_is_a_need() {
    assert_eq!(
        need(&pod("image: acme/tools, command: [sh, -c, 'aws s3 sync /data s3://backup']")).grade,
        Grade::Certain
    );
    assert_eq!(need(&pod("image: acme/tools, command: [aws, sqs, list-queues]")).grade, Grade::Certain);
    let public = "image: acme/tools, command: [sh, -c, 'aws s3 cp --no-sign-request s3://public/x .']";
    assert_eq!(need(&pod(public)).grade, Grade::None);
    let words = "image: acme/tools, command: [aws, --no-sign-request, s3, cp, 's3://public/x', .]";
    assert_eq!(need(&pod(words)).grade, Grade::None);
}

#[test]
fn keys_for_aws_are_a_need_and_keys_for_others_are_not() {
    let pair = concat!(
        "{name: AWS_ACCESS_KEY_ID, value: AKIA",
        "Q3EGPOLICY2CTL7A}, ",
        "{name: AWS_SECRET_ACCESS_KEY, value: 'Zk3v9QpL2mN8xR5t",
        "W7yB1cD4fG6hJ0kS+aE/uI3o'}"
    );
    assert_eq!(with_env(pair), Grade::Certain);
    assert_eq!(with_env(&format!("{pair}, {{name: S3_ENDPOINT, value: 'http://minio:9000'}}")), Grade::None);
}

#[test]
fn what_people_declare_stands_above_the_sum() {
    let annotated = |key: &str, word: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: app, annotations: {{{key}: {word}}}}}\nspec:\n  containers: [{{name: app, image: acme/app, env: [{{name: B, value: 's3://x'}}]}}]\n"
        )
    };
    assert_eq!(need(&annotated("policyctl.dev/aws", "none")).grade, Grade::None);
    assert_eq!(need(&annotated("policyctl.dev/aws.app", "likely")).grade, Grade::Likely);
    assert_eq!(need(&annotated("policyctl.dev/aws.other", "none")).grade, Grade::Certain);
    assert_eq!(need(&annotated("policyctl.dev/aws", "maybe")).grade, Grade::Certain);
    let label = "  - {name: app, image: acme/app, dockerLabels: {policyctl.dev/aws: certain}}\n";
    assert_eq!(need(&task("", label)).grade, Grade::Certain);
    let tagged = "tags: [{key: policyctl.dev/aws, value: likely}]";
    assert_eq!(need(&task(tagged, "  - {name: app, image: acme/app}\n")).grade, Grade::Likely);
}

#[test]
fn reasons_say_where_and_show_no_value() {
    let need = need(&pod("image: acme/app, env: [{name: DATA, value: 's3://canary-bucket/path'}]"));
    assert_eq!(need.reasons[0].says, "DATA names S3");
    assert!(need.reasons.iter().all(|reason| reason.at.is_some() && !reason.says.contains("canary")));
}
