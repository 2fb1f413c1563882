//! Keys: what they are, how they come, and what excuses them.

use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::verdict::Decision;
use serde_json::{Value, json};

use crate::stage::{EXAMPLE_ID, EXAMPLE_SECRET, ID, SECRET, Stage, TEMPORARY_ID, TOKEN, assert_says};

fn pair(id: &str, secret: &str) -> Stage {
    Stage::env([("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)])
}

fn triple(id: &str, secret: &str, token: &str) -> Stage {
    pair(id, secret).and("AWS_SESSION_TOKEN", token)
}

/// A pod whose variables come from Secret `aws`, and a task whose variables come from `secrets`.
fn referenced(names: &[&str], optional: bool) -> Stage {
    let mut pod = Vec::new();
    let mut task = Vec::new();
    for name in names {
        let from = json!({"name": "aws", "key": name, "optional": optional});
        pod.push(json!({"name": name, "valueFrom": {"secretKeyRef": from}}));
        task.push(json!({"name": name, "valueFrom": format!("/checkout/{name}")}));
    }
    Stage::new().with("env", Value::Array(pod)).with("secrets", Value::Array(task))
}

const PAIR: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

fn secret_object(data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "aws"}, "stringData": data})
}

fn minio() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "minio"},
        "spec": {"template": {"spec": {"containers": [{"name": "minio", "image": "minio/minio:latest"}]}}},
    })
}

#[test]
fn a_literal_long_lived_pair_is_denied() {
    pair(ID, SECRET).says(&["static-access-key=deny"]);
}

#[test]
fn a_literal_pair_beside_a_role_is_denied_and_shadows_it() {
    pair(ID, SECRET).role().says(&["static-access-key=deny", "role-shadowed=deny"]);
}

#[test]
fn the_secret_alone_is_denied_and_is_a_half() {
    Stage::env([("AWS_SECRET_ACCESS_KEY", SECRET)]).says(&["static-access-key=deny", "half-key-pair=warn"]);
}

#[test]
fn the_id_alone_is_a_half_and_no_static_key() {
    Stage::env([("AWS_ACCESS_KEY_ID", ID)]).says(&["half-key-pair=warn"]);
}

#[test]
fn a_delivered_id_alone_is_a_half_unless_more_arrives_unseen() {
    referenced(&PAIR[..1], false).pod_says(&["half-key-pair=warn"]);
    let more = json!([{"secretRef": {"name": "more"}}]);
    referenced(&PAIR[..1], false).with("envFrom", more).pod_says(&["unseen-variables=note"]);
}

#[test]
fn a_documented_example_in_a_real_slot_is_denied() {
    pair(EXAMPLE_ID, EXAMPLE_SECRET).says(&["static-access-key=deny"]);
}

#[test]
fn a_documented_example_passes_where_an_emulators_endpoint_explains_it() {
    pair(EXAMPLE_ID, EXAMPLE_SECRET).and("AWS_ENDPOINT_URL", "http://localstack:4566").says(&[]);
}

#[test]
fn a_key_by_reference_is_denied() {
    referenced(&PAIR, false).pod_says(&["static-key-reference=deny"]);
    referenced(&PAIR, false).with("env", json!([])).task_says(&["static-key-reference=deny"]);
}

#[test]
fn a_key_by_reference_beside_a_role_is_denied_and_shadows_it() {
    let expected = ["static-key-reference=deny", "role-shadowed=deny"];
    referenced(&PAIR, false).role().pod_says(&expected);
    referenced(&PAIR, false).role().with("env", json!([])).task_says(&expected);
}

#[test]
fn a_config_map_is_a_store_like_any_other() {
    let from =
        |key: &str| json!({"name": key, "valueFrom": {"configMapKeyRef": {"name": "aws", "key": key}}});
    Stage::new().with("env", json!(PAIR.map(from))).pod_says(&["static-key-reference=deny"]);
}

#[test]
fn an_optional_reference_only_warns() {
    referenced(&PAIR, true).pod_says(&["static-key-reference=warn"]);
}

#[test]
fn an_optional_reference_beside_a_role_only_warns() {
    let stage = referenced(&PAIR, true).role();
    let verdict = crate::input::Input::read(&stage.as_pod()).judge(&Policy::bundled(Bundle::Baseline));
    assert_eq!(verdict.decision(), Decision::Warn);
}

#[test]
fn a_reference_beside_an_endpoint_by_reference_only_warns() {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"];
    referenced(&names, false).pod_says(&["static-key-reference=warn"]);
}

#[test]
fn a_programs_own_key_by_reference_is_denied_only_where_its_name_says_aws() {
    referenced(&["BACKUP_AWS_ACCESS_KEY_ID", "BACKUP_AWS_SECRET_ACCESS_KEY"], false)
        .pod_says(&["static-key-reference=deny"]);
    referenced(&["LITESTREAM_ACCESS_KEY_ID", "LITESTREAM_SECRET_ACCESS_KEY"], false)
        .pod_says(&["static-key-reference=warn"]);
}

#[test]
fn a_key_from_an_env_from_object_of_the_input_is_denied() {
    let data = json!({"AWS_ACCESS_KEY_ID": ID, "AWS_SECRET_ACCESS_KEY": SECRET});
    Stage::new()
        .with("envFrom", json!([{"secretRef": {"name": "aws"}}]))
        .beside(secret_object(&data))
        .pod_says(&["static-key-env-from=deny", "key-object=warn@object"]);
}

#[test]
fn an_env_from_object_that_was_not_given_is_a_note_and_a_warning_in_strict() {
    let stage = Stage::new().with("envFrom", json!([{"secretRef": {"name": "aws"}}]));
    stage.pod_says(&["unseen-variables=note"]);
    assert_says(&stage.as_pod(), &Policy::bundled(Bundle::Strict), &["unseen-variables=warn"]);
}

#[test]
fn environment_files_are_a_warning() {
    Stage::new()
        .with("environmentFiles", json!([{"type": "s3", "value": "arn:aws:s3:::acme/app.env"}]))
        .task_says(&["unseen-variables=warn"]);
}

#[test]
fn a_temporary_key_with_its_token_is_pasted() {
    triple(TEMPORARY_ID, SECRET, TOKEN).says(&["pasted-session-token=warn"]);
}

#[test]
fn a_temporary_key_beside_a_role_shadows_it() {
    triple(TEMPORARY_ID, SECRET, TOKEN).role().says(&["pasted-session-token=warn", "role-shadowed=deny"]);
}

#[test]
fn a_temporary_key_without_its_token_is_a_half() {
    pair(TEMPORARY_ID, SECRET).says(&["half-key-pair=warn"]);
}

#[test]
fn a_session_triple_by_reference_is_denied_as_a_pair_is() {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    referenced(&names, false).pod_says(&["static-key-reference=deny"]);
}

#[test]
fn bearer_ids_are_temporary_and_context_specific_ones_are_unknown() {
    triple(concat!("ABIA", "Q3EGPOLICY2CTL7A"), SECRET, TOKEN).says(&["pasted-session-token=warn"]);
    pair(concat!("ACCA", "Q3EGPOLICY2CTL7A"), SECRET).says(&[]);
}

fn bedrock_key() -> String {
    format!("ABSK{}", "QmVkcm9ja0FQSUtleS1hYmNk".repeat(6))
}

#[test]
fn a_literal_bedrock_key_is_denied() {
    Stage::env([("AWS_BEARER_TOKEN_BEDROCK", bedrock_key().as_str())]).says(&["static-access-key=deny"]);
}

#[test]
fn a_short_lived_bedrock_key_is_pasted() {
    let key = "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbg";
    Stage::env([("AWS_BEARER_TOKEN_BEDROCK", key)]).says(&["pasted-session-token=warn"]);
}

#[test]
fn a_bedrock_key_by_reference_only_warns() {
    referenced(&["AWS_BEARER_TOKEN_BEDROCK"], false).pod_says(&["static-key-reference=warn"]);
}

#[test]
fn a_dummy_passes() {
    for word in ["test", "minioadmin", "local"] {
        pair(word, word).says(&[]);
    }
}

#[test]
fn a_dummy_beside_a_role_and_without_an_endpoint_shadows_it_and_only_warns() {
    pair("test", "test").role().says(&["role-shadowed=warn"]);
}

#[test]
fn a_dummy_beside_a_role_and_an_endpoint_passes() {
    pair("test", "test").role().and("AWS_ENDPOINT_URL", "http://localstack:4566").says(&[]);
}

#[test]
fn what_asks_to_be_filled_in_warns_and_is_never_denied() {
    for mark in ["<key>", "${X}", "YOUR_KEY", "changeme", "AKIAXXXXXXXXXXXXXXXX", "AKIA************7QXA"] {
        pair(mark, mark).says(&["template-marks=warn"]);
        pair(mark, mark).role().decides(Decision::Warn);
    }
}

#[test]
fn a_placeholder_inside_an_object_passes() {
    let object = secret_object(&json!({"AWS_ACCESS_KEY_ID": "<key>", "AWS_SECRET_ACCESS_KEY": "changeme"}));
    Stage::new().beside(object).pod_says(&[]);
}

#[test]
fn template_marks_elsewhere_pass() {
    Stage::new()
        .with("image", json!("acme/checkout:${TAG}"))
        .and("API_HOST", "{{ host }}")
        .task("taskRoleArn", "arn:aws:iam::${ACCOUNT}:role/checkout")
        .says(&[]);
}

#[test]
fn sealed_and_external_secrets_pass_and_what_refers_to_them_is_a_reference() {
    let sealed = json!({
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "aws"},
        "spec": {"encryptedData": {"AWS_ACCESS_KEY_ID": "AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq"}},
    });
    Stage::new().beside(sealed.clone()).pod_says(&[]);
    referenced(&PAIR, false).beside(sealed).pod_says(&["static-key-reference=deny"]);
}

#[test]
fn an_object_that_sops_has_sealed_passes() {
    let sealed =
        "ENC[AES256_GCM,data:Zk3v9QpL2mN8xR5tW7yB,iv:1cD4fG6hJ0kSaEuI3o=,tag:W7yB1cD4fG6hJ0kS==,type:str]";
    let object = secret_object(&json!({"AWS_ACCESS_KEY_ID": sealed, "AWS_SECRET_ACCESS_KEY": sealed}));
    Stage::new().beside(object).pod_says(&[]);
}

#[test]
fn an_object_server_that_is_given_its_own_keys_passes() {
    Stage::env([("MINIO_ROOT_USER", "minioadmin"), ("MINIO_ROOT_PASSWORD", SECRET)])
        .with("image", json!("minio/minio:latest"))
        .says(&[]);
}

#[test]
fn an_empty_pair_and_an_empty_token_pass() {
    pair("", "").says(&[]);
    Stage::env([("AWS_SESSION_TOKEN", "")]).says(&[]);
}

#[test]
fn an_empty_container_uri_is_a_half() {
    Stage::env([("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")]).says(&["half-key-pair=warn"]);
    Stage::env([("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")]).says(&["half-key-pair=warn"]);
}

#[test]
fn half_a_web_identity_is_a_half() {
    Stage::env([("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/a")]).says(&["half-key-pair=warn"]);
    Stage::env([("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")]).says(&["half-key-pair=warn"]);
    Stage::env([("AWS_ROLE_ARN", ""), ("AWS_WEB_IDENTITY_TOKEN_FILE", "")]).says(&["half-key-pair=warn"]);
}

#[test]
fn a_key_and_an_endpoint_in_one_container_pass_also_beside_a_role() {
    let stage = pair(ID, SECRET).and("S3_ENDPOINT", "http://minio:9000");
    stage.says(&[]);
    stage.task("taskRoleArn", crate::stage::TASK_ROLE).task_says(&[]);
}

#[test]
fn a_sibling_emulator_excuses_what_is_not_of_aws_shape() {
    pair("shop", "shop-secret").beside(minio()).pod_says(&[]);
    pair("test", "test").role().beside(minio()).pod_says(&[]);
}

#[test]
fn a_sibling_emulator_does_not_excuse_a_long_lived_key() {
    pair(ID, SECRET).beside(minio()).pod_says(&["static-access-key=deny"]);
}

#[test]
fn an_endpoint_for_one_service_leaves_the_key_to_the_others() {
    let stage = pair(ID, SECRET).and("AWS_ENDPOINT_URL_S3", "http://minio:9000");
    stage.says(&["static-access-key=warn"]);
    stage
        .and("QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/orders")
        .says(&["static-access-key=deny"]);
}

#[test]
fn an_object_that_holds_a_real_key_warns() {
    let object = secret_object(&json!({"id": ID, "secret": SECRET}));
    Stage::new().beside(object).pod_says(&["key-object=warn@object"]);
}

#[test]
fn a_literal_id_with_a_referenced_secret_is_a_pair() {
    let secret = json!({"secretKeyRef": {"name": "aws", "key": "secret"}});
    Stage::new()
        .with(
            "env",
            json!([
                {"name": "AWS_ACCESS_KEY_ID", "value": ID},
                {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": secret},
            ]),
        )
        .pod_says(&["static-key-reference=deny"]);
    Stage::env([("AWS_ACCESS_KEY_ID", ID)])
        .with("secrets", json!([{"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": "/checkout/secret"}]))
        .task_says(&["static-key-reference=deny"]);
}

#[test]
fn the_policys_word_that_no_aws_is_needed_never_cancels_a_key() {
    use policyctl_policies::need::Grade;
    use policyctl_policies::policy::{DeclaredNeed, Match};
    let none =
        DeclaredNeed { name: "none".into(), matches: Match::default(), aws: Grade::None, sdks: Vec::new() };
    let policy = Policy { needs: vec![none], ..Policy::bundled(Bundle::Baseline) };
    assert_says(&pair(ID, SECRET).as_task(), &policy, &["static-access-key=deny"]);
}

#[test]
fn a_name_alone_is_no_evidence() {
    Stage::env([("UNSPLASH_ACCESS_KEY", "abcdef"), ("DJANGO_SECRET_KEY", "abcdef")]).says(&[]);
}
