//! What the trace says of workloads.

use std::sync::Arc;

use super::{OutcomeKind, Source, State, Trace, Turn, of_container};
use crate::document::{Format, Limits, parse};
use crate::facts::{Fact, Facts, ServiceAccount};
use crate::need::Grade;
use crate::policy::{DeclaredNeed, Match, Policy};
use crate::read::read;
use crate::workload::Workload;

fn workload(yaml: &str) -> Workload {
    let document = parse(&Arc::from("test.yaml"), yaml.as_bytes(), Format::Yaml, Limits::default());
    let document = document.into_iter().next().expect("a document").expect("readable");
    read(&document, "test").workloads.into_iter().next().expect("a workload")
}

fn trace(yaml: &str, facts: &Facts, policy: &Policy) -> Trace {
    let workload = workload(yaml);
    of_container(&workload, &workload.containers[0], facts, policy)
}

fn outcome(trace: &Trace, sdk: &str) -> (OutcomeKind, Option<String>) {
    let found = trace.sdks().find(|found| found.sdk == sdk).expect("an SDK");
    (found.outcome.kind, found.outcome.source.as_ref().map(ToString::to_string))
}

fn used(source: &str) -> (OutcomeKind, Option<String>) {
    (OutcomeKind::Credentials, Some(source.to_owned()))
}

fn annotated() -> Facts {
    let role = ("eks.amazonaws.com/role-arn".to_owned(), "arn:aws:iam::111122223333:role/app".to_owned());
    let account = ServiceAccount { annotations: [role].into(), ..ServiceAccount::default() };
    Facts { service_account: Fact::Known(account), ..Facts::default() }
}

const TASK: &str = "
family: app
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
taskRoleArn: arn:aws:iam::111122223333:role/app
containerDefinitions:
  - name: app
    image: app
";

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  serviceAccountName: app
  containers:
    - name: app
      image: app
";

#[test]
fn a_task_role_is_used_by_every_sdk_when_nothing_is_in_front() {
    let trace = trace(TASK, &Facts::default(), &Policy::default());
    for sdk in trace.voting() {
        assert_eq!(outcome(&trace, sdk.sdk), used("container-relative"), "{}", sdk.sdk);
    }
}

#[test]
fn keys_in_the_environment_shadow_a_task_role() {
    let yaml = format!(
        "{TASK}    environment:\n      - {{name: AWS_ACCESS_KEY_ID, value: AKIAIOSFODNN7EXAMPLE}}\n      - {{name: AWS_SECRET_ACCESS_KEY, value: x}}\n"
    );
    let trace = trace(&yaml, &Facts::default(), &Policy::default());
    let boto3 = trace.sdks().find(|sdk| sdk.sdk == "boto3").expect("boto3");
    assert_eq!(boto3.outcome.source, Some(Source::Env));
    let link = boto3.chain.iter().find(|link| link.provider == "container").expect("a link");
    assert_eq!((link.state, link.turn), (State::Offered, Turn::Shadowed));
    assert!(link.at.is_some() && boto3.winner().is_some_and(|winner| winner.at.is_some()));
    let again = trace.without(&[Source::Env]);
    let mut voting = again.iter().filter(|sdk| sdk.votes);
    assert!(voting.all(|sdk| sdk.outcome.source == Some(Source::ContainerRelative)));
}

#[test]
fn a_task_without_a_role_falls_to_the_instance_only_where_there_is_one() {
    let none = TASK.replace("taskRoleArn", "x");
    let fargate = trace(&none, &Facts::default(), &Policy::default());
    assert_eq!(outcome(&fargate, "boto3"), (OutcomeKind::None, None));
    let host = none.replace("awsvpc", "host").replace("FARGATE", "EC2");
    assert_eq!(outcome(&trace(&host, &Facts::default(), &Policy::default()), "boto3"), used("metadata"));
}

#[test]
fn no_network_leaves_a_task_role_out_of_reach() {
    let yaml = TASK.replace("awsvpc", "none").replace("FARGATE", "EC2");
    let trace = trace(&yaml, &Facts::default(), &Policy::default());
    assert!(trace.network.ecs.is_no() && trace.network.sts.is_no() && trace.network.metadata.is_no());
    assert_eq!(outcome(&trace, "boto3"), (OutcomeKind::Error, None));
}

#[test]
fn a_mounted_credentials_file_splits_the_sdks_in_front_of_irsa() {
    let yaml = format!(
        "{POD}      volumeMounts: [{{name: aws, mountPath: /root/.aws}}]\n  volumes: [{{name: aws, secret: {{secretName: aws}}}}]\n"
    );
    let trace = trace(&yaml, &annotated(), &Policy::default());
    assert_eq!(outcome(&trace, "boto3"), used("web-identity"));
    assert_eq!(outcome(&trace, "js-v3"), used("file:default"));
}

#[test]
fn a_service_account_that_was_not_seen_leaves_the_outcome_open() {
    let trace = trace(POD, &Facts::default(), &Policy::default());
    assert_eq!(outcome(&trace, "boto3").0, OutcomeKind::Unknown);
}

#[test]
fn half_a_web_identity_keeps_the_webhook_away() {
    let yaml = format!("{POD}      env: [{{name: AWS_ROLE_ARN, value: x}}]\n");
    let trace = trace(&yaml, &annotated(), &Policy::default());
    let boto3 = trace.sdks().find(|sdk| sdk.sdk == "boto3").expect("boto3");
    let link = boto3.chain.iter().find(|link| link.provider == "web-identity").expect("a link");
    assert_eq!((link.state, link.turn), (State::Incomplete, Turn::Passed));
}

#[test]
fn a_skipped_container_has_no_identity_and_blanks_count() {
    let skipping = |names: &str| {
        POD.replace(
            "{name: app}",
            &format!("{{name: app, annotations: {{eks.amazonaws.com/skip-containers: '{names}'}}}}"),
        )
    };
    let winner = |yaml: &str| outcome(&trace(yaml, &annotated(), &Policy::default()), "boto3").1;
    assert_eq!(winner(&skipping("other,app")), None);
    assert_eq!(winner(&skipping("other, app")).as_deref(), Some("web-identity"));
}

#[test]
fn java_options_give_properties_to_java_alone() {
    let yaml = format!(
        "{TASK}    environment: [{{name: JAVA_TOOL_OPTIONS, value: '-Xmx1g -Daws.accessKeyId=AKIAIOSFODNN7EXAMPLE -Daws.secretAccessKey=x'}}]\n"
    );
    let trace = trace(&yaml, &Facts::default(), &Policy::default());
    assert_eq!(outcome(&trace, "java-v2"), used("system-properties"));
    assert_eq!(outcome(&trace, "go-v2"), used("container-relative"));
}

#[test]
fn a_profile_that_nothing_mounts_may_be_in_the_image() {
    let yaml = format!("{TASK}    environment: [{{name: AWS_PROFILE, value: prod}}]\n");
    let trace = trace(&yaml, &Facts::default(), &Policy::default());
    assert_eq!(outcome(&trace, "boto3").0, OutcomeKind::Unknown);
}

#[test]
fn named_sdks_vote_alone() {
    let yaml =
        POD.replace("{name: app}", "{name: app, annotations: {policyctl.dev/sdk: 'java-v2, nonsense'}}");
    let trace = trace(&yaml, &annotated(), &Policy::default());
    assert!(trace.known);
    assert_eq!(trace.voting().map(|sdk| sdk.sdk).collect::<Vec<_>>(), ["java-v2"]);
}

/// The SDKs in question.
fn voters(yaml: &str, policy: &Policy) -> Vec<&'static str> {
    trace(yaml, &Facts::default(), policy).voting().map(|sdk| sdk.sdk).collect()
}

fn with_sdks(sdks: &[&str]) -> Policy {
    let need = DeclaredNeed {
        name: "app".into(),
        matches: Match::default(),
        aws: Grade::Certain,
        sdks: sdks.iter().map(|sdk| (*sdk).to_owned()).collect(),
    };
    Policy { needs: vec![need], ..Policy::default() }
}

#[test]
fn the_policy_names_the_sdks_unless_the_workload_does() {
    let policy = with_sdks(&["boto3", "go-v1"]);
    assert_eq!(voters(POD, &policy), ["boto3", "go-v1"]);
    let annotated = POD.replace("{name: app}", "{name: app, annotations: {policyctl.dev/sdk: rust}}");
    assert_eq!(voters(&annotated, &policy), ["rust"]);
}

#[test]
fn an_image_of_one_known_program_names_its_sdk() {
    let image =
        |image: &str| voters(&POD.replace("image: app", &format!("image: {image}")), &Policy::default());
    for terraform in
        ["hashicorp/terraform:1.9", "docker.io/hashicorp/terraform", "hashicorp/terraform@sha256:00"]
    {
        assert_eq!(image(terraform), ["terraform-aws"], "{terraform}");
    }
    for other in ["acme/hashicorp/terraform", "hashicorp/terraform-runner:1", "python:3.13"] {
        assert!(image(other).len() > 5, "{other}");
    }
    let policy = with_sdks(&["boto3"]);
    assert_eq!(voters(&POD.replace("image: app", "image: amazon/aws-cli:2"), &policy), ["boto3"]);
}

#[test]
fn what_the_order_of_variables_decides_a_workload_leaves_open() {
    let keys = |names: &[&str]| {
        let variables =
            names.iter().map(|name| format!("\n        - {{name: {name}, value: x}}")).collect::<Vec<_>>();
        let pod = format!("{POD}      env:{}\n", variables.concat());
        outcome(&trace(&pod, &Facts::default(), &Policy::default()), "object-store:deltalake")
    };
    let (one, other) =
        (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY"]);
    assert_eq!(keys(&one), used("env"));
    assert_eq!(keys(&other), used("env-alias"));
    assert_eq!(keys(&[one, other].concat()), (OutcomeKind::Unknown, None));
}
