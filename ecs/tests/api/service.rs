//! The gateway as a service: health, metrics, files that change, and its end.

use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;
use policyctl_serving::policy::InForce;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::callers;
use crate::support::{Behaviour, Recorder, SECRET, Stage, anywhere, definition, keyed, policy_from, started};

const PATIENCE: Duration = Duration::from_secs(20);

fn watched() -> Settings {
    let metrics_listen = Some("127.0.0.1:0".parse().unwrap());
    Settings { metrics_listen, reload_interval: Duration::from_millis(20), ..anywhere() }
}

#[tokio::test]
async fn metrics_count_what_became_of_requests_and_hold_nothing_of_them() {
    let stage = Stage::set(Policy::default(), watched()).await;
    stage.recorder.knows("keyed:7", keyed());
    stage.call("RegisterTaskDefinition", definition(&json!([])).to_string()).await;
    stage.call("RegisterTaskDefinition", keyed().to_string()).await;
    stage.call("RegisterTaskDefinition", "{").await;
    stage.call("RunTask", r#"{"taskDefinition":"keyed:7"}"#).await;
    stage.call("ListClusters", "{}").await;
    stage.recorder.behave(Behaviour::With(400, r#"{"__type":"ThrottlingException"}"#));
    stage.call("SomethingNew", "{}").await;
    let (status, text) = stage.told("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"requests_total{operation="RegisterTaskDefinition",decision="forwarded",status="200",region="eu-west-1"} 1"#,
        r#"requests_total{operation="RegisterTaskDefinition",decision="denied",status="400",region="eu-west-1"} 1"#,
        r#"requests_total{operation="RegisterTaskDefinition",decision="refused",status="400",region="eu-west-1"} 1"#,
        r#"requests_total{operation="RunTask",decision="warned",status="200",region="eu-west-1"} 1"#,
        r#"requests_total{operation="other",decision="forwarded",status="200",region="eu-west-1"} 1"#,
        r#"requests_total{operation="other",decision="forwarded",status="400",region="eu-west-1"} 1"#,
        r#"requests_refused_total{what="unreadable"} 1"#,
        r#"named_definitions_total{what="unfit"} 1"#,
        r#"findings_total{rule="static-access-key",level="deny"}"#,
        r#"duration_seconds_count{what="examine"} 3"#,
        "stale{file=\"policy\"} 0",
    ] {
        assert!(text.contains(&format!("policyctl_gateway_{line}")), "{line}\n{text}");
    }
    assert!(!text.contains(SECRET));
}

#[tokio::test]
async fn it_tells_when_each_exception_of_its_policy_ends() {
    let exception = r#"{"name": "legacy", "rules": ["static-access-key"], "match": {"families": ["a"]}, "owner": "a@acme.example", "reason": "SEC-1", "expires": "2026-11-25"}"#;
    let policy = policy_from(&format!(r#"{{"exceptions": [{exception}]}}"#));
    let policy = Policy::read("policy.yaml", policy.as_bytes()).unwrap();
    let (_, text) = Stage::set(policy, watched()).await.told("/metrics").await;
    let line = r#"policyctl_gateway_exception_expiry_timestamp_seconds{exception="legacy"} 1795651200"#;
    assert!(text.contains(line), "{text}");
}

fn write(path: &Path, spec: &str) {
    std::fs::write(path, policy_from(spec)).unwrap();
}

#[tokio::test]
async fn a_policy_that_changes_is_in_force_and_a_broken_one_is_said_and_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.yaml");
    write(&file, "{}");
    let recorder = Recorder::start().await;
    let settings = Settings { upstream: Some(recorder.url()), ..watched() };
    let stage = started(recorder, settings, InForce::read(file.clone()).unwrap()).await;
    let register = || stage.call("RegisterTaskDefinition", keyed().to_string());
    assert_eq!(register().await.kind(), "AccessDeniedException");
    write(&file, "{rules: [{name: static-access-key, level: warn}, {name: role-shadowed, level: warn}]}");
    let changed = async { while register().await.status != 200 {} };
    timeout(PATIENCE, changed).await.expect("the new policy was not read");
    std::fs::write(&file, "spec: [").unwrap();
    let broken = async { while !stage.told("/readyz").await.1.contains("policy broken") {} };
    timeout(PATIENCE, broken).await.expect("the broken policy was not said");
    assert_eq!(register().await.status, 200, "the policy before it stays in force");
    assert_eq!(stage.told("/readyz").await.0, 200);
    let (_, text) = stage.told("/metrics").await;
    assert!(text.contains("policyctl_gateway_stale{file=\"policy\"} 1"), "{text}");
    assert!(text.contains(r#"policyctl_gateway_reloads_total{file="policy",what="ok"} 1"#), "{text}");
}

#[tokio::test]
async fn the_end_is_told_before_it_comes_and_loses_no_request() {
    let recorder = Recorder::start().await;
    let upstream = Some(recorder.url());
    let settings = Settings { upstream, shutdown_delay: Duration::from_millis(500), ..watched() };
    let gateway = crate::support::gateway(settings, Policy::default()).await.unwrap();
    let listening = gateway.listen().await.unwrap();
    let (address, health) = (listening.address().unwrap(), listening.health());
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(listening.serve(async { drop(ended.await) }));
    let stage = Stage { recorder, address, health };
    assert_eq!(stage.told("/readyz").await, (StatusCode::OK, "ok\n".to_owned()));
    end.send(()).unwrap();
    let unready = async { while stage.told("/readyz").await.0 == 200 {} };
    timeout(PATIENCE, unready).await.expect("readiness did not change");
    let answered = stage.call("ListClusters", "{}").await;
    assert_eq!(answered.status, 200);
    assert_eq!(answered.headers["connection"], "close");
    timeout(PATIENCE, serving).await.expect("it did not end").unwrap();
    sleep(Duration::from_millis(1)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn callers_that_change_are_in_force_and_a_broken_file_is_said_and_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callers");
    std::fs::write(&file, "ci 0123456789abcdef\n").unwrap();
    let stage = Stage::set(Policy::default(), Settings { callers: Some(file.clone()), ..watched() }).await;
    let served = async |id: &str| stage.send(callers::by(&stage, id)).await.status == 200;
    assert!(served("ci").await && !served("laptop").await);
    std::fs::write(&file, "laptop 0123456789abcdef\n").unwrap();
    let changed = async { while !served("laptop").await {} };
    timeout(PATIENCE, changed).await.expect("the new callers were not read");
    assert!(!served("ci").await);
    std::fs::write(&file, "laptop short\n").unwrap();
    let broken = async { while !stage.told("/readyz").await.1.contains("callers broken") {} };
    timeout(PATIENCE, broken).await.expect("the broken file was not said");
    assert!(served("laptop").await);
    let (_, text) = stage.told("/metrics").await;
    assert!(text.contains(r#"policyctl_gateway_stale{file="callers"} 1"#), "{text}");
    assert!(text.contains(r#"policyctl_gateway_reloads_total{file="callers",what="ok"} 1"#), "{text}");
}
