//! What is read of an account: every page, each task definition once, and what could not be read.

use std::time::Duration;

use policyctl_ecs::account::{Account, Described, Holdings, Pace, Registered, Running, Status};
use serde_json::{Value, json};

use crate::support::recorder::Recorded;
use crate::support::{Behaviour, Recorder, SECRET, surroundings};

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333";

fn revision(name: &str) -> String {
    format!("{ARN}:task-definition/{name}")
}

async fn account(behaviour: Behaviour) -> (Recorder, Account) {
    let recorder = Recorder::start().await;
    recorder.behave(behaviour);
    let surroundings = surroundings().into_builder().endpoint_url(recorder.url());
    let surroundings = surroundings.behavior_version(aws_config::BehaviorVersion::latest()).build();
    let pace = Pace { per_second: 1000, burst: 1000, attempts: 4, backoff: Duration::from_millis(1) };
    let account = Account::new(&surroundings, pace);
    (recorder, account)
}

fn arns(holdings: &Holdings) -> Vec<&str> {
    holdings.described.iter().map(|described| described.arn.as_str()).collect()
}

/// The items of one page, and what asks for the next, where there are two.
fn page(member: &str, request: &Value, first: &Value, second: &Value) -> Value {
    match (request["nextToken"].as_str(), second) {
        (None, Value::Null) => json!({member: first}),
        (None, _) => json!({member: first, "nextToken": "2"}),
        (Some(_), _) => json!({member: second}),
    }
}

fn described(request: &Value) -> Value {
    let name = request["taskDefinition"].as_str().unwrap();
    let name = name.rsplit('/').next().unwrap();
    let (family, number) = name.split_once(':').unwrap_or((name, "7"));
    json!({"taskDefinition": {
        "taskDefinitionArn": revision(&format!("{family}:{number}")), "family": family, "futureField": 1,
        "containerDefinitions": [{"name": "app", "image": "acme/app", "environment": [
            {"name": "PORT", "value": "80"}]}],
    }, "tags": [{"key": "team", "value": "a"}]})
}

/// Three families on two pages.
fn families(requests: &[Recorded]) -> (u16, Value) {
    let last = requests.last().unwrap();
    let request = last.json();
    let answer = match last.operation() {
        "ListTaskDefinitionFamilies" => page("families", &request, &json!(["api", "batch"]), &json!(["web"])),
        "ListTaskDefinitions" => {
            let of = |number| revision(&format!("{}:{number}", request["familyPrefix"].as_str().unwrap()));
            page("taskDefinitionArns", &request, &json!([of(10), of(9)]), &json!([of(8)]))
        }
        _ => described(&request),
    };
    (200, answer)
}

#[tokio::test]
async fn the_newest_revision_of_every_family_on_every_page_is_read_once_with_its_tags() {
    let (recorder, account) = account(Behaviour::By(families)).await;
    let holdings = account.registered(&Registered::default()).await;
    assert_eq!(arns(&holdings), ["api:7", "batch:7", "web:7"].map(revision));
    assert!(holdings.lost.is_empty());
    let text: Value = serde_json::from_str(&holdings.described[0].text).unwrap();
    assert_eq!((&text["taskDefinition"]["futureField"], &text["tags"][0]["value"]), (&json!(1), &json!("a")));
    assert_eq!(recorder.requests().len(), 2 + 3);
    assert_eq!((account.tally().listed(), account.tally().described()), (3, 3));
}

#[tokio::test]
async fn every_revision_is_read_on_request_and_the_newest_of_those_that_are_gone() {
    let (_recorder, account) = account(Behaviour::By(families)).await;
    let every = Registered { every_revision: true, ..Registered::default() };
    let holdings = account.registered(&every).await;
    assert_eq!(holdings.described.len(), 9);
    assert_eq!(arns(&holdings)[..3], ["api:8", "api:9", "api:10"].map(revision));
    let gone = Registered { status: Status::Inactive, ..Registered::default() };
    let holdings = account.registered(&gone).await;
    assert_eq!(arns(&holdings), ["api:10", "batch:10", "web:10"].map(revision));
}

fn daemons(requests: &[Recorded]) -> (u16, Value) {
    let last = requests.last().unwrap();
    let request = last.json();
    let arn = format!("{ARN}:daemon-task-definition/agent:2");
    let answer = match last.operation() {
        "ListDaemonTaskDefinitions" => {
            assert_eq!(
                (&request["revision"], &request["status"]),
                (&json!("LAST_REGISTERED"), &json!("ACTIVE"))
            );
            page("daemonTaskDefinitions", &request, &json!([{"arn": arn}]), &Value::Null)
        }
        "DescribeDaemonTaskDefinition" => json!({"daemonTaskDefinition": {"daemonTaskDefinitionArn": arn,
            "family": "agent", "containerDefinitions": [{"name": "app", "image": "acme/agent"}]}}),
        _ => return families(requests),
    };
    (200, answer)
}

#[tokio::test]
async fn daemons_are_read_too_where_they_are_asked_for() {
    let (_recorder, account) = account(Behaviour::By(daemons)).await;
    let asked = Registered { daemons: true, family_prefix: Some("a".to_owned()), ..Registered::default() };
    let holdings = account.registered(&asked).await;
    assert_eq!(holdings.lost, []);
    let daemon = &holdings.described[0];
    assert_eq!(daemon.arn, format!("{ARN}:daemon-task-definition/agent:2"));
    let text: Value = serde_json::from_str(&daemon.text).unwrap();
    assert_eq!(text["taskDefinition"]["containerDefinitions"][0]["image"], "acme/agent");
}

#[tokio::test]
async fn a_name_and_its_revision_are_one_task_definition() {
    let (_recorder, account) = account(Behaviour::By(families)).await;
    let names = ["web".to_owned(), "web:7".to_owned(), revision("web:7"), "api:2".to_owned()];
    let holdings = account.named(&names).await;
    assert_eq!(arns(&holdings), ["api:2", "web:7"].map(revision));
}

#[tokio::test]
async fn calls_that_are_throttled_are_made_again() {
    let throttled = |requests: &[Recorded]| match requests.len() {
        1..=2 => (400, json!({"__type": "ThrottlingException", "message": "Rate exceeded"})),
        _ => families(requests),
    };
    let (recorder, account) = account(Behaviour::By(throttled)).await;
    let holdings = account.named(&["web".to_owned()]).await;
    assert_eq!((holdings.described.len(), holdings.lost.len()), (1, 0));
    assert_eq!(recorder.requests().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_beside_what_can() {
    let failing = |requests: &[Recorded]| match requests.last().unwrap().json()["taskDefinition"].as_str() {
        Some("batch") => (400, json!({"__type": "ClientException", "message": "no such thing"})),
        Some("web") => (500, json!({"__type": "ServerException", "message": "oops"})),
        _ => families(requests),
    };
    let (_recorder, account) = account(Behaviour::By(failing)).await;
    let holdings = account.registered(&Registered::default()).await;
    assert_eq!(arns(&holdings), [revision("api:7")]);
    let lost: Vec<_> = holdings.lost.iter().map(|lost| (&*lost.what, &*lost.reason)).collect();
    assert_eq!(lost[0], ("batch", "ClientException: no such thing (request recorded-1)"));
    assert_eq!(lost[1], ("web", "ServerException: oops (request recorded-1)"));
}

#[tokio::test]
async fn a_listing_that_breaks_off_loses_nothing_of_what_came_before() {
    let broken = |requests: &[Recorded]| {
        let second = requests.last().unwrap().json()["nextToken"] == "2";
        if second {
            (403, json!({"__type": "AccessDeniedException", "message": "no"}))
        } else {
            families(requests)
        }
    };
    let (_recorder, account) = account(Behaviour::By(broken)).await;
    let holdings = account.registered(&Registered::default()).await;
    assert_eq!(arns(&holdings), ["api:7", "batch:7"].map(revision));
    assert_eq!(holdings.lost[0].what, "the families of task definitions");
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told_without_being_quoted() {
    let (recorder, account) = account(Behaviour::Well).await;
    recorder.behave(Behaviour::With(200, SECRET));
    let holdings = account.named(&["web".to_owned()]).await;
    assert_eq!(holdings.described, []);
    assert!(!holdings.lost[0].reason.contains(SECRET), "{}", holdings.lost[0].reason);
}

fn arn_of(kind: &str, name: &str) -> String {
    format!("{ARN}:{kind}/{name}")
}

fn service(name: &str) -> Value {
    json!({"serviceName": name, "taskDefinition": revision(&format!("{name}:7")), "deployments": [
        {"taskDefinition": revision(&format!("{name}:7"))}, {"taskDefinition": revision(&format!("{name}:6"))}]})
}

fn task(name: &str, group: &str, overrides: &Value) -> Value {
    json!({"taskArn": arn_of("task", name), "taskDefinitionArn": revision("batch:3"), "group": group,
        "overrides": overrides})
}

/// Two clusters: one with services and tasks, one that is gone.
fn clusters(requests: &[Recorded]) -> (u16, Value) {
    let last = requests.last().unwrap();
    let request = last.json();
    let asked = request["cluster"].as_str().or(request["clusterArn"].as_str());
    if asked.is_some_and(|cluster| cluster.ends_with("gone")) {
        return (400, json!({"__type": "ClusterNotFoundException", "message": "Cluster not found."}));
    }
    let idle = json!({"containerOverrides": [{"name": "app"}], "inferenceAcceleratorOverrides": []});
    let set =
        json!({"containerOverrides": [{"name": "app", "environment": [{"name": "DAY", "value": "1"}]}]});
    let answer = match last.operation() {
        "ListClusters" => page(
            "clusterArns",
            &request,
            &json!([arn_of("cluster", "prod")]),
            &json!([arn_of("cluster", "gone")]),
        ),
        "ListServices" => page("serviceArns", &request, &json!(["api"]), &json!(["web"])),
        "DescribeServices" => json!({"services": [service("api"), service("web")],
            "failures": [{"arn": "old", "reason": "MISSING"}]}),
        "ListTasks" => page("taskArns", &request, &json!(["1", "2", "3"]), &Value::Null),
        "DescribeTasks" => json!({"tasks": [
            task("1", "family:batch", &idle), task("2", "family:batch", &set), task("3", "family:batch", &set),
            {"taskArn": arn_of("task", "5"), "taskDefinitionArn": arn_of("daemon-task-definition", "agent:2")}],
            "failures": [{"arn": "4", "reason": "MISSING"}]}),
        "DescribeClusters" => json!({"clusters": [{"clusterArn": arn_of("cluster", "prod")}]}),
        "ListDaemons" => {
            let daemon = |name| json!([{"daemonArn": arn_of("daemon", name)}]);
            page("daemonSummariesList", &request, &daemon("prod/agent"), &daemon("prod/logs"))
        }
        "DescribeDaemon" => json!({"daemon": {"currentRevisions": [{"arn": request["daemonArn"]}]}}),
        "DescribeDaemonRevisions" => json!({"daemonRevisions": [
            {"daemonTaskDefinitionArn": arn_of("daemon-task-definition", "agent:2")}]}),
        "DescribeDaemonTaskDefinition" => json!({"daemonTaskDefinition": {
            "daemonTaskDefinitionArn": request["daemonTaskDefinition"], "family": "agent",
            "containerDefinitions": [{"name": "agent", "image": "acme/agent"}]}}),
        _ => described(&request),
    };
    (200, answer)
}

#[tokio::test]
async fn what_runs_is_read_with_its_deployments_and_what_runs_it() {
    let (_recorder, account) = account(Behaviour::By(clusters)).await;
    let holdings = account.running(&Running { clusters: vec!["prod".to_owned()], family_prefix: None }).await;
    let definitions = ["api:6", "api:7", "batch:3", "web:6", "web:7"].map(revision);
    assert_eq!(arns(&holdings)[0], arn_of("daemon-task-definition", "agent:2"));
    assert_eq!(arns(&holdings)[1..6], definitions);
    assert_eq!(holdings.described[0].runs, ["daemon agent in cluster prod", "daemon logs in cluster prod"]);
    assert_eq!(holdings.described[1].runs, ["service api in cluster prod"]);
    assert_eq!(holdings.described[3].runs, ["3 tasks in cluster prod"]);
    let lost: Vec<_> = holdings.lost.iter().map(|lost| (&*lost.what, &*lost.reason)).collect();
    assert_eq!(lost, [("old", "MISSING")]);
}

#[tokio::test]
async fn overrides_are_applied_to_their_definition_once_for_tasks_alike() {
    let (_recorder, account) = account(Behaviour::By(clusters)).await;
    let holdings = account.running(&Running { clusters: vec!["prod".to_owned()], family_prefix: None }).await;
    let overridden: Vec<&Described> =
        holdings.described.iter().filter(|described| described.overrides.is_some()).collect();
    assert_eq!(overridden.len(), 1);
    assert_eq!(overridden[0].arn, arn_of("task", "2"));
    assert_eq!(overridden[0].overrides.as_deref(), Some(&*revision("batch:3")));
    assert_eq!(overridden[0].runs, ["2 tasks in cluster prod"]);
    let text: Value = serde_json::from_str(&overridden[0].text).unwrap();
    assert_eq!(
        text["taskDefinition"]["containerDefinitions"][0]["environment"],
        json!([{"name": "PORT", "value": "80"}, {"name": "DAY", "value": "1"}])
    );
}

#[tokio::test]
async fn a_cluster_that_cannot_be_read_does_not_hide_the_others() {
    let (_recorder, account) = account(Behaviour::By(clusters)).await;
    let asked = Running { clusters: Vec::new(), family_prefix: Some("ap".to_owned()) };
    let holdings = account.running(&asked).await;
    assert_eq!(arns(&holdings), ["api:6", "api:7"].map(revision));
    let lost: Vec<_> = holdings.lost.iter().map(|lost| lost.what.as_str()).collect();
    let gone = arn_of("cluster", "gone");
    let of = |what| format!("the {what} of {gone}");
    assert_eq!(lost, ["old", &of("services"), &of("daemons"), &of("tasks")]);
}

/// As a region answers to which daemons have not come.
fn without_daemons(requests: &[Recorded]) -> (u16, Value) {
    match requests.last().unwrap().operation() {
        "ListDaemons" => (400, json!({"__type": "UnknownOperationException"})),
        "DescribeTasks" => (200, json!({"tasks": []})),
        _ => clusters(requests),
    }
}

#[tokio::test]
async fn where_there_are_no_daemons_yet_nothing_is_missed() {
    let (_recorder, account) = account(Behaviour::By(without_daemons)).await;
    let holdings = account.running(&Running { clusters: vec!["prod".to_owned()], family_prefix: None }).await;
    assert_eq!(arns(&holdings)[..2], ["api:6", "api:7"].map(revision));
    assert_eq!(holdings.lost.len(), 1);
}
