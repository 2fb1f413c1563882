//! The real binary as a Lambda function's `bootstrap`, in front of a stand-in for what Lambda, S3 and ECS serve.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod function;
mod payloads;
mod standin;

use serde_json::{Value, json};

use function::Function;
use payloads::{ID, REVISION, SECRET, TOKEN, deployment, properties, registration, resource, stack};
use standin::{Outcome, StandIn};

fn response(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Response(value) => value,
        Outcome::Error(error) => panic!("{error}"),
    }
}

fn key() -> [(&'static str, &'static str); 2] {
    [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)]
}

#[tokio::test]
async fn a_bootstrap_without_arguments_answers_one_invocation_after_the_other() {
    let standin = StandIn::start().await;
    let _function = Function::start(&standin, &[]);
    let answer = response(standin.invoke(&resource(&properties(&key()))).await);
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("NonCompliant")));
    assert_eq!(answer["clientRequestToken"], TOKEN);
    let answer = response(standin.invoke(&resource(&properties(&[]))).await);
    assert_eq!(answer["hookStatus"], "SUCCESS");
}

#[tokio::test]
async fn a_stacks_link_is_followed_to_the_endpoint_for_s3() {
    let standin = StandIn::start().await;
    let template =
        json!({"Resources": {"Web": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties(&key())}}});
    standin.behind_link(&json!({"template": template.to_string()}));
    let _function = Function::start(&standin, &[]);
    let answer = response(standin.invoke(&stack(&standin.url("/payload?X-Amz-Signature=5ec7e7"))).await);
    assert_eq!(answer["errorCode"], "NonCompliant", "{answer}");
    let answer = response(standin.invoke(&stack("http://127.0.0.1:9/elsewhere")).await);
    assert_eq!(answer["errorCode"], "InternalFailure");
    assert!(answer["message"].as_str().unwrap().contains("does not lead to S3"), "{answer}");
    let answer = response(standin.invoke(&stack(&standin.url("/gone"))).await);
    assert!(answer["message"].as_str().unwrap().contains("status 404"), "{answer}");
}

#[tokio::test]
async fn before_the_deadline_there_is_an_answer_and_the_next_one_is_served() {
    let standin = StandIn::start().await;
    let _function = Function::start(&standin, &[]);
    let answer = response(standin.invoke_within(&stack(&standin.url("/hang")), 1500).await);
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("InternalFailure")));
    assert!(answer["message"].as_str().unwrap().contains("took too long"), "{answer}");
    let answer = response(standin.invoke(&resource(&properties(&[]))).await);
    assert_eq!(answer["hookStatus"], "SUCCESS");
}

#[tokio::test]
async fn a_payload_of_nobody_is_an_error_and_the_next_one_is_served() {
    let standin = StandIn::start().await;
    let _function = Function::start(&standin, &[]);
    let Outcome::Error(error) = standin.invoke(&json!({"Records": [SECRET]})).await else {
        panic!("answered")
    };
    assert_eq!(error["errorType"], "ForeignPayload");
    assert!(!error.to_string().contains(SECRET));
    let answer = response(standin.invoke(&resource(&properties(&[]))).await);
    assert_eq!(answer["hookStatus"], "SUCCESS");
}

#[tokio::test]
async fn a_deployment_is_judged_by_the_definition_that_its_revision_runs() {
    let standin = StandIn::start().await;
    let _function = Function::start(&standin, &[]);
    assert_eq!(response(standin.invoke(&deployment()).await), json!({"hookStatus": "SUCCEEDED"}));
    standin.registered(&key());
    assert_eq!(response(standin.invoke(&deployment()).await), json!({"hookStatus": "FAILED"}));
    assert_eq!(standin.calls()[..2], ["DescribeServiceRevisions", "DescribeTaskDefinition"]);
    standin.refuse();
    assert_eq!(response(standin.invoke(&deployment()).await)["hookStatus"], "IN_PROGRESS");
}

#[tokio::test]
async fn a_denied_revision_is_deregistered_only_where_that_is_set() {
    let standin = StandIn::start().await;
    standin.registered(&key());
    let _function = Function::start(&standin, &[]);
    let report = response(standin.invoke(&registration()).await);
    assert_eq!((&report["decision"], &report["deregistered"]), (&json!("denied"), &json!(false)));
    assert_eq!(standin.calls(), ["DescribeTaskDefinition"]);

    let standin = StandIn::start().await;
    standin.registered(&key());
    let _function = Function::start(&standin, &[("POLICYCTL_DEREGISTER", "true")]);
    let report = response(standin.invoke(&registration()).await);
    assert_eq!(report["deregistered"], true);
    assert_eq!(standin.calls().last().unwrap(), &format!("DeregisterTaskDefinition {REVISION}"));
}

/// Its one statement is for instances.
const CLOSED: &str = "<Role><Arn>arn:aws:iam::111122223333:role/web</Arn><AssumeRolePolicyDocument>\
    %7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D\
    %2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D</AssumeRolePolicyDocument></Role>";

#[tokio::test]
async fn iam_is_asked_only_where_that_is_set_and_its_silence_stops_nobody() {
    let mut properties = properties(&[]);
    properties["TaskRoleArn"] = json!("arn:aws:iam::111122223333:role/web");
    let standin = StandIn::start().await;
    let iam = standin.url("/iam");
    let _function =
        Function::start(&standin, &[("POLICYCTL_READ_ROLES", "true"), ("AWS_ENDPOINT_URL_IAM", &iam)]);
    let answer = response(standin.invoke(&resource(&properties)).await);
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(answer.to_string().contains("is not known: IAM did not answer"), "{answer}");
    standin.iam(CLOSED);
    let answer = response(standin.invoke(&resource(&properties)).await);
    assert_eq!(answer["errorCode"], "NonCompliant", "{answer}");
    assert!(answer.to_string().contains("trust-refuses-tasks"), "{answer}");

    let standin = StandIn::start().await;
    standin.iam(CLOSED);
    let _function = Function::start(&standin, &[("AWS_ENDPOINT_URL_IAM", &standin.url("/iam"))]);
    assert_eq!(response(standin.invoke(&resource(&properties)).await)["hookStatus"], "SUCCESS");
}

#[tokio::test]
async fn an_event_that_cannot_be_examined_is_an_error_so_that_lambda_brings_it_again() {
    let standin = StandIn::start().await;
    standin.refuse();
    let _function = Function::start(&standin, &[]);
    let Outcome::Error(error) = standin.invoke(&registration()).await else { panic!("answered") };
    assert_eq!(error["errorType"], "NotExamined");
}

#[tokio::test]
async fn the_policy_of_the_bundle_is_in_force_and_that_of_the_variable_goes_before_it() {
    let standin = StandIn::start().await;
    let folder = function::folder();
    let allow = "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: lax}\nspec: {extends: advisory}\n";
    std::fs::write(folder.join("policyctl.yaml"), allow).unwrap();
    std::fs::write(folder.join("other.yaml"), allow.replace("advisory", "strict")).unwrap();
    let root = folder.to_str().unwrap();
    let _function = Function::start(&standin, &[("LAMBDA_TASK_ROOT", root)]);
    let answer = response(standin.invoke(&resource(&properties(&key()))).await);
    assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");

    // One stand-in for each: a request of the function before would take what is meant for this one.
    let standin = StandIn::start().await;
    let other = format!("{root}/other.yaml");
    let _function = Function::start(&standin, &[("LAMBDA_TASK_ROOT", root), ("POLICYCTL_POLICY", &other)]);
    let answer = response(standin.invoke(&resource(&properties(&key()))).await);
    assert_eq!(answer["hookStatus"], "FAILED");
}

#[tokio::test]
async fn what_is_set_decides_what_becomes_of_the_unexamined() {
    let standin = StandIn::start().await;
    let _function =
        Function::start(&standin, &[("POLICYCTL_UNEXAMINED", "warn"), ("POLICYCTL_HOOK", "cloudformation")]);
    let answer = response(standin.invoke(&json!({})).await);
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(answer["message"].as_str().unwrap().contains("examined nothing"));
}

#[tokio::test]
async fn a_broken_policy_ends_the_start_with_its_line() {
    let standin = StandIn::start().await;
    let file = function::folder().join("policy.yaml");
    std::fs::write(&file, "kind: Nothing\n").unwrap();
    let function = Function::start(&standin, &[("POLICYCTL_POLICY", file.to_str().unwrap())]);
    let (status, said) = function.end();
    assert!(!status.success());
    assert!(said.contains("policy.yaml:1:"), "{said}");
}

#[test]
fn the_documentation_names_every_option_and_its_variable() {
    let help = function::binary().args(["lambda", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let docs = include_str!("../../../docs/ecs.md");
    let named = |start: &str, end: char| {
        let parts = help.match_indices(start).map(|(at, _)| &help[at + start.len()..]);
        parts.map(|rest| rest.split(end).next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (options, variables) = (named("\n      --", ' '), named("[env: ", '='));
    assert!(options.len() >= 5 && variables.len() == 6, "{options:?} {variables:?}");
    for word in options.iter().map(|option| format!("`--{option}")).chain(variables) {
        assert!(docs.contains(&word), "{word}");
    }
}

/// What the templates for each hook set is what the program reads.
#[test]
fn the_variables_of_the_templates_are_settings() {
    let help = function::binary().args(["lambda", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/aws/hooks");
    let mut settings = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("POLICYCTL_")) {
            let (name, value) = line.split_once(": ").unwrap();
            assert!(help.contains(&format!("[env: {name}=]")), "{line}");
            assert!(value.starts_with("!Ref") || help.contains(value), "{line}");
            settings += 1;
        }
    }
    assert!(settings >= 6, "{settings}");
}

#[test]
fn outside_of_lambda_it_says_what_is_missing() {
    let output = function::binary().arg("lambda").env_clear().output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("AWS_LAMBDA_RUNTIME_API is not set"));
}

#[tokio::test]
async fn no_answer_and_no_line_of_the_log_holds_a_planted_secret() {
    let standin = StandIn::start().await;
    let function = Function::start(&standin, &[("POLICYCTL_LOG", "trace")]);
    let template =
        json!({"Resources": {"Web": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties(&key())}}});
    standin.behind_link(&json!({"template": template.to_string()}));
    standin.registered(&key());
    let mut answers = String::new();
    let named = [(SECRET, ID), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    for payload in [
        resource(&properties(&key())),
        resource(&properties(&named)),
        stack(&standin.url("/payload?X-Amz-Signature=5ec7e7")),
        stack(&standin.url("/gone?X-Amz-Signature=5ec7e7")),
        deployment(),
        registration(),
        json!({"Records": [SECRET, ID]}),
        json!(SECRET),
    ] {
        answers += &match standin.invoke(&payload).await {
            Outcome::Response(value) | Outcome::Error(value) => value.to_string(),
        };
    }
    let (_, said) = function.kill();
    assert!(said.contains("static-access-key"), "{said}");
    for secret in [SECRET, ID, "5ec7e7"] {
        assert!(!answers.contains(secret), "{answers}");
        assert!(!said.contains(secret), "{said}");
    }
}
