//! What a key opens.

use super::*;
use crate::credential::Target;

fn pair_with(more: &str) -> Target {
    let keys = with_env(&format!("AWS_ACCESS_KEY_ID: {ID}\nAWS_SECRET_ACCESS_KEY: {SECRET}\n{more}"));
    assert_eq!(keys.len(), 1, "{keys:#?}");
    keys.into_iter().next().unwrap().target
}

fn is_compatible(target: &Target) -> bool {
    matches!(target, Target::Compatible { .. })
}

#[test]
fn an_endpoint_in_the_container_is_the_target() {
    for more in [
        "AWS_ENDPOINT_URL: http://localstack:4566",
        "S3_ENDPOINT: https://abc.r2.cloudflarestorage.com",
        "MINIO_SERVER: minio.default.svc:9000",
        "RESTIC_REPOSITORY: s3:http://minio:9000/backup",
        "RESTIC_REPOSITORY: s3:s3.us-west-000.backblazeb2.com/backup",
        "RESTIC_REPOSITORY: s3:https://storage.example.org/backup",
        "AWS_S3_ENDPOINT: storage.example.org",
        "SETTINGS: '{\"url\": \"https://s3.eu-central-1.wasabisys.com\"}'",
    ] {
        assert!(is_compatible(&pair_with(&more.replace('\'', ""))), "{more}");
    }
}

#[test]
fn an_endpoint_of_aws_is_aws() {
    assert_eq!(pair_with("S3_ENDPOINT: https://s3.eu-west-1.amazonaws.com"), Target::Aws);
    assert_eq!(pair_with("RESTIC_REPOSITORY: s3:s3.amazonaws.com/backup"), Target::Aws);
    assert_eq!(pair_with("AWS_ENDPOINT_URL_STS: https://sts.example.org"), Target::Aws);
    assert_eq!(pair_with("OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317"), Target::Aws);
}

#[test]
fn a_switch_cancels_the_sdks_endpoints_only() {
    let off = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: true";
    assert_eq!(pair_with(&format!("{off}\nAWS_ENDPOINT_URL: http://localstack:4566")), Target::Aws);
    assert!(is_compatible(&pair_with(&format!("{off}\nS3_ENDPOINT: http://minio:9000"))));
}

#[test]
fn an_endpoint_for_one_service_covers_only_that() {
    let alone = pair_with("AWS_ENDPOINT_URL_S3: http://minio:9000");
    assert!(matches!(alone, Target::Partly { other_service: None, .. }), "{alone:?}");
    let beside = pair_with(
        "AWS_ENDPOINT_URL_S3: http://minio:9000\nQUEUE: https://sqs.eu-west-1.amazonaws.com/111122223333/x",
    );
    assert!(matches!(beside, Target::Partly { other_service: Some(_), .. }), "{beside:?}");
    let emulated = pair_with(
        "S3_ENDPOINT: http://minio:9000\nSQS_QUEUE_URL: http://queue:9324/x\nSNS_TOPIC_ENABLED: false",
    );
    assert!(is_compatible(&emulated), "{emulated:?}");
}

#[test]
fn an_endpoint_by_reference_is_unknown() {
    let env = format!(
        "env:
  - {{name: AWS_ACCESS_KEY_ID, value: {ID}}}
  - {{name: AWS_SECRET_ACCESS_KEY, value: '{SECRET}'}}
  - name: S3_ENDPOINT
    valueFrom: {{secretKeyRef: {{name: s3, key: endpoint}}}}
"
    );
    let keys = keys_of(&pod(&env, ""));
    assert!(matches!(keys[0].target, Target::Unknown { .. }));
}

#[test]
fn an_endpoint_in_arguments_counts() {
    for args in [
        "[--endpoint-url, 'http://minio:9000']",
        "['--s3.endpoint=minio:9000']",
        "[sh, -c, 'aws s3 ls --endpoint-url http://minio:9000']",
    ] {
        let body = format!(
            "args: {args}\nenv:\n  - {{name: AWS_ACCESS_KEY_ID, value: {ID}}}\n  - {{name: AWS_SECRET_ACCESS_KEY, value: '{SECRET}'}}\n"
        );
        let keys = keys_of(&pod(&body, ""));
        assert!(is_compatible(&keys[0].target), "{args}");
    }
}

#[test]
fn each_prefix_has_its_own_endpoint() {
    let keys = with_env(&format!(
        "SOURCE_AWS_ACCESS_KEY_ID: {ID}\nSOURCE_AWS_SECRET_ACCESS_KEY: {SECRET}\nS3_ACCESS_KEY: abcdef\nS3_SECRET_KEY: ghijkl\nS3_ENDPOINT: http://minio:9000"
    ));
    assert_eq!(keys.iter().map(|keys| is_compatible(&keys.target)).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_server_itself_is_its_own_target() {
    let body = "image: quay.io/minio/minio:latest\nenv:\n  - {name: MINIO_ROOT_USER, value: someone}\n  - {name: MINIO_ROOT_PASSWORD, value: something}\n";
    assert!(is_compatible(&keys_of(&pod(body, ""))[0].target));
}

#[test]
fn a_vendors_own_names_are_its_target() {
    let keys = one(
        "R2_ACCESS_KEY_ID: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\nR2_SECRET_ACCESS_KEY: something-else-entirely",
    );
    assert!(is_compatible(&keys.target));
}

#[test]
fn a_sibling_server_is_told_but_is_no_target() {
    let other = "    - {name: s3, image: minio/minio}\n";
    let body = format!(
        "env:\n  - {{name: AWS_ACCESS_KEY_ID, value: {ID}}}\n  - {{name: AWS_SECRET_ACCESS_KEY, value: '{SECRET}'}}\n"
    );
    let keys = keys_of(&pod(&body, other));
    assert!(keys[0].sibling_emulator && keys[0].target == Target::Aws);
}
