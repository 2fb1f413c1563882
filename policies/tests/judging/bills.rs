//! Bills of materials: which containers they are of, and which SDKs are too old for their role.

use policyctl_policies::document::{self, Format, Limits};
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::trace::bom::{Bill, Bills, Bom};
use serde_json::{Value, json};

use crate::input::Input;
use crate::stage::{POD_ROLE, Stage};

/// A bill in CycloneDX of an image (or of none, when empty), with these packages.
fn bill(image: &str, packages: &[&str]) -> Bill {
    let components: Vec<Value> = packages.iter().map(|purl| json!({"purl": purl})).collect();
    let subject = json!({"type": "container", "name": image});
    let bom = json!({"bomFormat": "CycloneDX", "metadata": {"component": subject}, "components": components});
    let text = bom.to_string();
    let stream = document::parse(&"bom.json".into(), text.as_bytes(), Format::Json, Limits::default());
    let bom = stream.into_iter().next().and_then(Result::ok).and_then(|bom| Bom::read(bom.root()));
    Bill { file: "bom.json".into(), given_for: None, bom: bom.expect("a bill of materials") }
}

/// What a text says with these bills: rule, level, container and message.
fn said(text: &str, bills: Vec<Bill>) -> Vec<String> {
    let mut input = Input::read(text);
    input.inventory.made_of(Bills(bills));
    let findings = input.judge(&Policy::bundled(Bundle::Baseline)).findings;
    let line = |finding: &policyctl_policies::finding::Located| {
        let level = if finding.level == Level::Deny { "deny" } else { "warn" };
        format!("{} {level} {}", finding.rule, finding.message)
    };
    findings.iter().map(line).collect()
}

fn with_bom(stage: &Stage, packages: &[&str]) -> Vec<String> {
    said(&stage.as_pod(), vec![bill("", packages)])
}

fn pod_identity() -> Stage {
    Stage::env([
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/token",
        ),
    ])
}

#[test]
fn an_sdk_that_does_not_know_pod_identity_warns_and_says_since_when_one_does() {
    let said = with_bom(&pod_identity(), &["pkg:pypi/boto3@1.26.0"]);
    assert!(
        said.len() == 1 && said[0].starts_with("sdk-too-old warn") && said[0].contains("1.34.41"),
        "{said:?}"
    );
}

#[test]
fn java_without_its_sts_module_warns_beside_irsa() {
    let irsa = Stage::new().service_account(Some(POD_ROLE));
    let auth = "pkg:maven/software.amazon.awssdk/auth@2.30.0";
    let said = with_bom(&irsa, &[auth]);
    assert!(
        said.iter().any(|said| said.starts_with("sdk-too-old") && said.contains("STS module")),
        "{said:?}"
    );
    assert_eq!(with_bom(&irsa, &[auth, "pkg:maven/software.amazon.awssdk/sts@2.30.0"]), [""; 0]);
}

#[test]
fn an_sdk_is_not_blamed_for_what_the_role_does_not_need() {
    let irsa = Stage::new().service_account(Some(POD_ROLE));
    assert_eq!(with_bom(&irsa, &["pkg:pypi/boto3@1.26.0"]), [""; 0]);
}

/// Two containers of one task on Fargate: `old` with an SDK from before task roles, `new` with one of today.
fn two_on_fargate() -> String {
    let container = |name: &str, image: &str| {
        json!({
            "name": name,
            "image": image,
            "environment": [{"name": "TARGET", "value": "s3://acme-exports/daily"}],
        })
    };
    json!({
        "family": "pair",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "taskRoleArn": "arn:aws:iam::111122223333:role/pair",
        "containerDefinitions": [container("old", "ghcr.io/acme/old:1"), container("new", "ghcr.io/acme/new:1")],
    })
    .to_string()
}

const OLD: [&str; 1] = ["pkg:pypi/botocore@1.4.36"];

#[test]
fn a_bill_counts_for_the_containers_of_its_image_alone() {
    let said = said(
        &two_on_fargate(),
        vec![bill("acme/old:1", &OLD), bill("acme/new:1", &["pkg:pypi/botocore@1.43.0"])],
    );
    assert!(said.len() == 1 && said[0].contains("container `old`"), "{said:?}");
}

#[test]
fn a_bill_that_names_no_image_counts_for_every_container_and_never_denies() {
    let said = said(&two_on_fargate(), vec![bill("", &OLD)]);
    assert!(said.len() == 2 && said.iter().all(|line| line.starts_with("sdk-too-old warn")), "{said:?}");
}

#[test]
fn a_bill_that_was_given_for_a_container_goes_before_its_own_subject() {
    for given_for in ["new", "ghcr.io/acme/new:1", "acme/new"] {
        let given = Bill { given_for: Some(given_for.to_owned()), ..bill("acme/old:1", &OLD) };
        let said = said(&two_on_fargate(), vec![given]);
        assert!(said.len() == 1 && said[0].contains("container `new`"), "{given_for}: {said:?}");
    }
}

#[test]
fn a_program_that_is_certain_to_fail_is_denied() {
    let certain = said(&two_on_fargate(), vec![bill("acme/old:1", &OLD)]);
    assert!(certain[0].starts_with("sdk-too-old deny"), "{certain:?}");
    for packages in [vec![OLD[0], "pkg:cargo/aws-config@1.5.0"], vec![OLD[0], "pkg:pypi/awscli@1.10.46"]] {
        let doubtful = said(&two_on_fargate(), vec![bill("acme/old:1", &packages)]);
        assert!(doubtful[0].starts_with("sdk-too-old warn"), "{packages:?}: {doubtful:?}");
    }
}

#[test]
fn one_sdk_of_several_packages_gets_one_finding() {
    let said = with_bom(&pod_identity(), &["pkg:pypi/boto3@1.26.0", "pkg:pypi/botocore@1.29.0"]);
    assert!(said.len() == 1, "{said:?}");
}
