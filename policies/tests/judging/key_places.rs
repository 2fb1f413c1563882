//! A long-lived key is one wherever it stands in the workload's document.

use serde_json::{Value, json};

use crate::stage::{ID, SECRET, Stage, message};

const DENIED: [&str; 1] = ["static-access-key=deny"];
const LEAKED: [&str; 1] = ["static-access-key=deny@workload"];

fn options() -> String {
    format!("--access-key-id={ID} --secret-access-key={SECRET}")
}

fn shell() -> Value {
    json!(["sh", "-c", format!("AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} ./app")])
}

#[test]
fn in_arguments() {
    let words: Vec<String> = options().split(' ').map(str::to_owned).collect();
    Stage::new().with("args", json!(words)).pod_says(&DENIED);
    Stage::new().with("command", json!(words)).task_says(&DENIED);
}

#[test]
fn in_a_command() {
    Stage::new().with("command", shell()).pod_says(&DENIED);
    Stage::new().with("entryPoint", shell()).task_says(&DENIED);
}

#[test]
fn in_a_command_it_is_told_to_take_the_key_out_not_to_delete_the_command() {
    let stage = Stage::new().with("command", shell());
    let said = message(&stage.as_pod(), "static-access-key");
    assert!(
        said.contains("the command line holds a long-lived key; give its service account a role"),
        "{said}"
    );
    assert!(said.ends_with("then take it out"), "{said}");
}

#[test]
fn in_a_probe() {
    Stage::new().with("livenessProbe", json!({"exec": {"command": shell()}})).pod_says(&DENIED);
}

#[test]
fn in_a_lifecycle_hook() {
    Stage::new().with("lifecycle", json!({"preStop": {"exec": {"command": shell()}}})).pod_says(&DENIED);
}

#[test]
fn in_a_health_check() {
    let check = format!("AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} aws s3 ls");
    Stage::new().with("healthCheck", json!({"command": ["CMD-SHELL", check]})).task_says(&DENIED);
}

#[test]
fn in_java_options() {
    let properties = format!("-Daws.accessKeyId={ID} -Daws.secretAccessKey={SECRET}");
    Stage::env([("JAVA_TOOL_OPTIONS", properties.as_str())]).says(&DENIED);
}

#[test]
fn in_log_options() {
    let options = json!({"aws_key_id": ID, "aws_sec_key": SECRET});
    Stage::new()
        .with("logConfiguration", json!({"logDriver": "awsfirelens", "options": options}))
        .task_says(&DENIED);
}

#[test]
fn in_firelens_options() {
    let options = json!({"aws_key_id": ID, "aws_sec_key": SECRET});
    Stage::new()
        .with("firelensConfiguration", json!({"type": "fluentd", "options": options}))
        .task_says(&DENIED);
}

#[test]
fn in_docker_labels_where_it_is_a_leak() {
    let stage = Stage::new().with("dockerLabels", json!({"key": format!("{ID}:{SECRET}")}));
    stage.task_says(&DENIED);
    assert!(message(&stage.as_task(), "static-access-key").contains("leaks"));
}

#[test]
fn in_labels_and_annotations_where_it_is_a_leak() {
    let stage = Stage::new().metadata("annotations", json!({"backup/credentials": format!("{ID}:{SECRET}")}));
    stage.pod_says(&LEAKED);
    assert!(message(&stage.as_pod(), "static-access-key").contains("leaks"));
}

#[test]
fn in_tags_where_it_is_a_leak() {
    let tags = json!([{"key": "credentials", "value": format!("{ID}:{SECRET}")}]);
    Stage::new().task("tags", tags).task_says(&LEAKED);
}

#[test]
fn but_not_in_what_kubectl_applied_last() {
    let applied = json!({"kubectl.kubernetes.io/last-applied-configuration": format!("{ID}:{SECRET}")});
    Stage::new().metadata("annotations", applied).pod_says(&[]);
}

#[test]
fn in_the_place_of_a_secrets_name() {
    let named = |id: &str, secret: &str| json!([{"name": "AWS_ACCESS_KEY_ID", "valueFrom": id}, {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": secret}]);
    Stage::new().with("secrets", named(ID, SECRET)).task_says(&DENIED);
    Stage::new()
        .with("secrets", named("checkout/id", "checkout/secret"))
        .task_says(&["static-key-reference=deny"]);
    let options =
        json!([{"name": "aws_key_id", "valueFrom": ID}, {"name": "aws_sec_key", "valueFrom": SECRET}]);
    Stage::new()
        .with("logConfiguration", json!({"logDriver": "splunk", "secretOptions": options}))
        .task_says(&DENIED);
}

#[test]
fn in_members_of_a_container_that_nothing_reads() {
    let both = format!("{ID}:{SECRET}");
    let members = [
        ("repositoryCredentials", json!({"credentialsParameter": both})),
        ("linuxParameters", json!({"tmpfs": [{"containerPath": "/x", "mountOptions": [both]}]})),
        ("dependsOn", json!([{"containerName": both, "condition": "START"}])),
        ("dnsSearchDomains", json!([both])),
        ("aMemberOfNextYear", json!({"id": ID, "its": {"other": ["x", SECRET]}})),
        ("aMemberOfNextYear", json!({ID: SECRET})),
    ];
    for (member, value) in members {
        let stage = Stage::new().with(member, value);
        stage.task_says(&DENIED);
        let says = message(&stage.as_task(), "static-access-key");
        assert!(says.contains("leaks") && !says.contains(ID) && !says.contains(SECRET), "{says}");
    }
}

#[test]
fn in_members_of_a_task_that_nothing_reads() {
    let both = format!("{ID}:{SECRET}");
    for (member, value) in [
        ("placementConstraints", json!([{"type": "memberOf", "expression": both}])),
        ("aMemberOfNextYear", json!({"deep": [{"id": ID}, {"secret": SECRET}]})),
        ("cpu", json!(both)),
    ] {
        Stage::new().task(member, value).task_says(&LEAKED);
    }
}

#[test]
fn but_an_id_alone_is_nothing_in_a_member_that_nothing_reads() {
    Stage::new().with("aMemberOfNextYear", json!({"id": ID})).task_says(&[]);
    Stage::new().with("aMemberOfNextYear", json!({"checksum": SECRET})).task_says(&[]);
}

#[test]
fn an_id_alone_in_a_command_is_a_half_and_in_a_label_nothing() {
    for words in [json!(["run", "--access-key-id", ID]), json!(["sh", "-c", format!("use {ID}")])] {
        let stage = Stage::new().with("command", words);
        stage.says(&["half-key-pair=warn"]);
        assert!(
            message(&stage.as_task(), "half-key-pair")
                .contains("the command line holds a key id without its secret")
        );
    }
    Stage::new().with("dockerLabels", json!({"key": ID})).task_says(&[]);
}
