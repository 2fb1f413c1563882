//! Roles that no ECS task can assume, as IAM has it, at every door that may ask IAM.

use policyctl_ecs::account::{Account, Pace, Registered};
use policyctl_ecs::gateway::settings::Settings;
use policyctl_ecs::roles::Roles;
use policyctl_policies::facts::Refusal;
use policyctl_policies::policy::Policy;
use serde_json::{Value, json};

use crate::support::recorder::Recorded;
use crate::support::{
    Behaviour, ROLE, Recorder, Stage, anywhere, needy, policy, policy_from, role, surroundings,
};

/// For instances alone.
const CLOSED: &str = "<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::111122223333:role/checkout-task</Arn>\
    <AssumeRolePolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D</AssumeRolePolicyDocument>\
    </Role></GetRoleResult></GetRoleResponse>";
const GONE: &str = "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>";
const SHUT: &str = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";

async fn iam(status: u16, answer: &'static str) -> Recorder {
    let iam = Recorder::start().await;
    iam.behave(Behaviour::With(status, answer));
    iam
}

async fn stage(iam: &Recorder, policy: Policy) -> Stage {
    Stage::set(policy, Settings { read_roles: true, iam: Some(iam.url()), ..anywhere() }).await
}

fn with_role() -> Value {
    let mut definition = needy();
    definition["taskRoleArn"] = json!(ROLE);
    definition
}

#[tokio::test]
async fn the_gateway_refuses_a_definition_whose_role_no_task_can_assume() {
    for (status, answer, says) in [
        (200, CLOSED, "trust policy of checkout-task lets no ECS task"),
        (404, GONE, "no role checkout-task"),
    ] {
        let iam = iam(status, answer).await;
        let stage = stage(&iam, Policy::default()).await;
        let answered = stage.call("RegisterTaskDefinition", with_role().to_string()).await;
        assert_eq!((answered.status.as_u16(), answered.kind().as_str()), (400, "AccessDeniedException"));
        assert!(answered.message().contains(says), "{}", answered.message());
        assert!(stage.recorder.requests().is_empty());
        let asked = iam.only();
        assert_eq!(asked.body, "Action=GetRole&Version=2010-05-08&RoleName=checkout%2Dtask");
        assert!(asked.header("authorization").contains("/us-east-1/iam/aws4_request"));
    }
}

#[tokio::test]
async fn the_gateway_sets_no_role_that_no_task_can_assume() {
    let spec = format!(
        r#"{{"patch": {{"identity": ["gateway"]}}, "roles": {{"ecs": [{{"name": "a", "match": {{}}, "taskRoleArn": "{ROLE}"}}]}}}}"#
    );
    let policy = Policy::read("policy.yaml", policy_from(&spec).as_bytes()).unwrap();
    let iam = iam(200, CLOSED).await;
    let answered = stage(&iam, policy).await.call("RegisterTaskDefinition", needy().to_string()).await;
    assert!(answered.message().contains("[trust-refuses-tasks]"), "{}", answered.message());
}

#[tokio::test]
async fn what_iam_does_not_say_is_a_warning_and_a_denial_where_the_policy_asks_for_all() {
    let iam = iam(403, SHUT).await;
    let warned =
        stage(&iam, Policy::default()).await.call("RegisterTaskDefinition", with_role().to_string()).await;
    assert_eq!(warned.status.as_u16(), 200);
    assert!(warned.warning().contains("AccessDenied"), "{}", warned.warning());
    let spec =
        r#"{"rules": [{"name": "unreadable-input", "doors": [{"name": "gateway", "level": "deny"}]}]}"#;
    let policy = Policy::read("policy.yaml", policy_from(spec).as_bytes()).unwrap();
    let denied = stage(&iam, policy).await.call("RegisterTaskDefinition", with_role().to_string()).await;
    assert_eq!((denied.status.as_u16(), denied.kind().as_str()), (400, "AccessDeniedException"));
}

#[tokio::test]
async fn the_role_of_a_definition_that_is_named_counts_as_it_would_run() {
    let iam = iam(200, CLOSED).await;
    let stage = stage(&iam, Policy::default()).await;
    stage.recorder.knows("checkout:1", needy());
    let plain = stage.call("RunTask", json!({"taskDefinition": "checkout:1"}).to_string()).await;
    assert_eq!(plain.warning(), "");
    let over = json!({"taskDefinition": "checkout:1", "overrides": {"taskRoleArn": ROLE}});
    let warned = stage.call("RunTask", over.to_string()).await;
    assert!(warned.warning().contains("[trust-refuses-tasks]"), "{}", warned.warning());
    stage.call("RunTask", over.to_string()).await;
    assert_eq!(iam.requests().len(), 1, "what was asked a moment ago is not asked again");
}

#[tokio::test]
async fn without_being_asked_to_nobody_calls_iam() {
    let iam = iam(200, CLOSED).await;
    let settings = Settings { iam: Some(iam.url()), ..anywhere() };
    let stage = Stage::set(policy(vec![role(ROLE, false)]), settings).await;
    assert_eq!(stage.call("RegisterTaskDefinition", with_role().to_string()).await.status.as_u16(), 200);
    assert!(iam.requests().is_empty());
}

fn one_family(requests: &[Recorded]) -> (u16, Value) {
    let mut definition = with_role();
    definition["taskDefinitionArn"] = json!("arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:1");
    (
        200,
        match requests.last().unwrap().operation() {
            "ListTaskDefinitionFamilies" => json!({"families": ["checkout", "orders"]}),
            _ => json!({"taskDefinition": definition}),
        },
    )
}

/// An account whose IAM answers so.
async fn account(iam: &Recorder) -> (Recorder, Account) {
    let recorder = Recorder::start().await;
    recorder.behave(Behaviour::By(one_family));
    let there = surroundings().into_builder().endpoint_url(recorder.url());
    let there = there.behavior_version(aws_config::BehaviorVersion::latest()).build();
    let roles = Roles::new(&there, Some(&iam.url())).unwrap();
    (recorder, Account::new(&there, Pace { per_second: 1000, ..Pace::default() }).with_roles(roles))
}

#[tokio::test]
async fn an_account_is_read_with_its_roles_each_asked_for_once() {
    let iam = iam(200, CLOSED).await;
    let (_recorder, account) = account(&iam).await;
    let holdings = account.registered(&Registered::default()).await;
    assert_eq!(holdings.refusing.get(ROLE), Some(&Refusal::TrustPolicy));
    assert_eq!((holdings.lost.len(), iam.requests().len()), (0, 1));
}

#[tokio::test]
async fn a_role_that_iam_does_not_tell_of_is_told_as_not_read() {
    let iam = iam(403, SHUT).await;
    let (_recorder, account) = account(&iam).await;
    let holdings = account.registered(&Registered::default()).await;
    assert!(holdings.refusing.is_empty());
    assert_eq!(
        (holdings.lost[0].what.as_str(), holdings.lost[0].reason.as_str()),
        (ROLE, "IAM refused GetRole: AccessDenied")
    );
}
