//! What the gateway promises whoever calls it, and whoever stands behind it.

use crate::support::{
    Behaviour, KEY_ID, REGION, ROLE, SECRET, Stage, anywhere, credentials, definition, gateway, keyed, needy,
    policy, role, signature,
};
use http_body_util::Full;
use policyctl_ecs::gateway::settings::Settings;
use policyctl_ecs::gateway::{Callers, Error};
use policyctl_policies::policy::{Door, Policy};
use serde_json::json;

#[tokio::test]
async fn a_clean_definition_arrives_byte_for_byte_and_signed() {
    let stage = Stage::new(Policy::default()).await;
    let sent = serde_json::to_string_pretty(&definition(&json!([]))).unwrap();
    let answered = stage.call("RegisterTaskDefinition", sent.clone()).await;
    let arrived = stage.recorder.only();
    assert_eq!(answered.status, 200);
    assert_eq!(arrived.body, sent);
    assert!(signature::verifies(&arrived, credentials(), REGION));
    assert_eq!(arrived.header("user-agent"), "a-client/1");
    assert_eq!(answered.headers["x-amzn-requestid"], "recorded-1");
}

#[tokio::test]
async fn a_key_is_refused_in_the_apis_words_and_never_arrives() {
    let stage = Stage::new(Policy::default()).await;
    let answered = stage.call("RegisterTaskDefinition", keyed().to_string()).await;
    assert_eq!((answered.status.as_u16(), answered.kind().as_str()), (400, "AccessDeniedException"));
    assert!(answered.message().starts_with("policyctl: "), "{}", answered.message());
    assert!(answered.message().contains("static-access-key"), "{}", answered.message());
    assert!(
        answered.json()["details"][0]["pointer"].as_str().unwrap().starts_with("/containerDefinitions/0/")
    );
    assert!(!String::from_utf8_lossy(&answered.body).contains(SECRET));
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn daemons_and_express_services_are_examined_too() {
    let stage = Stage::new(Policy::default()).await;
    let keyed_container = &keyed()["containerDefinitions"][0];
    let express = json!({"serviceName": "web", "primaryContainer": {
        "image": "acme/web", "environment": keyed_container["environment"]}});
    for (operation, body, place, name) in [
        ("RegisterDaemonTaskDefinition", keyed(), "/containerDefinitions/0/environment", "api"),
        ("CreateExpressGatewayService", express.clone(), "/primaryContainer/environment", "primary"),
        ("UpdateExpressGatewayService", express, "/primaryContainer/environment", "primary"),
    ] {
        let answered = stage.call(operation, body.to_string()).await;
        assert_eq!(answered.kind(), "AccessDeniedException", "{operation}");
        assert!(answered.message().contains(&format!("`{name}`")), "{}", answered.message());
        let pointer = answered.json()["details"][0]["pointer"].as_str().unwrap().to_owned();
        assert!(pointer.starts_with(place), "{operation}: {pointer}");
    }
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn a_key_in_an_override_is_refused_and_other_overrides_pass_untouched() {
    let mut policy = policy(vec![role(ROLE, true)]);
    policy.patch.identity.push(Door::Gateway);
    let stage = Stage::new(policy).await;
    let run = |environment| {
        json!({"cluster": "c", "taskDefinition": "checkout:3", "overrides": {"containerOverrides": [
            {"name": "a"}, {"name": "api", "environment": environment}]}})
    };
    for operation in ["RunTask", "StartTask"] {
        let keys = keyed()["containerDefinitions"][0]["environment"].clone();
        let answered = stage.call(operation, run(keys).to_string()).await;
        assert_eq!(answered.kind(), "AccessDeniedException", "{operation}");
        let pointer = answered.json()["details"][0]["pointer"].as_str().unwrap().to_owned();
        assert!(pointer.starts_with("/overrides/containerOverrides/1/environment"), "{pointer}");
    }
    assert!(stage.recorder.requests().is_empty());
    let clean = run(json!([{"name": "BUCKET", "value": "s3://acme-orders"}])).to_string();
    assert_eq!(stage.call("RunTask", clean.clone()).await.status, 200);
    assert_eq!(stage.recorder.only().body, clean);
}

#[tokio::test]
async fn a_key_in_an_overridden_command_is_refused() {
    let stage = Stage::new(Policy::default()).await;
    let command = format!("AWS_ACCESS_KEY_ID={KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET} aws s3 ls");
    let body = json!({"taskDefinition": "x", "overrides": {"containerOverrides": [
        {"name": "api", "command": ["sh", "-c", command]}]}});
    assert_eq!(stage.call("RunTask", body.to_string()).await.kind(), "AccessDeniedException");
}

#[tokio::test]
async fn a_role_is_set_only_where_the_policy_names_the_gateway() {
    let mut policy = policy(vec![role(ROLE, false)]);
    let silent = Stage::new(policy.clone()).await;
    silent.call("RegisterTaskDefinition", needy().to_string()).await;
    assert_eq!(silent.recorder.only().json(), needy());
    policy.patch.identity.push(Door::Gateway);
    let patching = Stage::new(policy).await;
    patching.call("RegisterTaskDefinition", needy().to_string()).await;
    let arrived = patching.recorder.only();
    let mut expected = needy();
    expected["taskRoleArn"] = json!(ROLE);
    assert_eq!(arrived.json(), expected);
    assert!(signature::verifies(&arrived, credentials(), REGION));
}

#[tokio::test]
async fn what_two_readers_could_read_differently_is_never_forwarded() {
    let stage = Stage::new(Policy::default()).await;
    let clean = r#""containerDefinitions":[{"name":"a","image":"b"}]"#;
    let dirty = keyed()["containerDefinitions"].to_string();
    for body in [
        "{".to_owned(),
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        "not json".to_owned(),
        format!("{{{clean}}}{{{clean}}}"),
        format!(r#"{{{clean},"containerDefinitions":{dirty}}}"#),
        format!(r#"{{"ContainerDefinitions":{dirty},{clean}}}"#),
        format!(r#"{{"containerDefinitions":{dirty},"taskDefinition":{{{clean}}}}}"#),
        format!(r#"{{"containerDefinitions":{dirty},"Resources":{{}}}}"#),
        format!(r#"{{"containerDefinitions":{dirty},"apiVersion":"v1","kind":"Pod"}}"#),
        format!(r#"[{{"containerDefinitions":{dirty}}}]"#),
        "[".repeat(100_000),
    ] {
        let answered = stage.call("RegisterTaskDefinition", body.clone()).await;
        assert_eq!(answered.status, 400, "{body:.80}");
        assert!(answered.message().starts_with("policyctl: "), "{body:.80}");
    }
    let mut broken = needy().to_string().into_bytes();
    broken.insert(2, 0xff);
    assert_eq!(stage.call("RegisterTaskDefinition", broken).await.kind(), "ClientException");
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn overrides_cannot_dress_up_as_something_else() {
    let stage = Stage::new(Policy::default()).await;
    let mut container = keyed()["containerDefinitions"][0].clone();
    for (member, value) in
        [("apiVersion", json!("v1")), ("kind", json!("Pod")), ("containerDefinitions", json!([]))]
    {
        container[member] = value;
    }
    container.as_object_mut().unwrap().remove("name");
    for overrides in [json!({"containerOverrides": [container]}), json!({"ContainerOverrides": [container]})]
    {
        let body = json!({"taskDefinition": "x", "Overrides": overrides});
        assert_eq!(stage.call("RunTask", body.to_string()).await.kind(), "AccessDeniedException");
    }
    for wrong in [json!([]), json!({"containerOverrides": {}}), json!({"containerOverrides": ["x"]})] {
        let body = json!({"taskDefinition": "x", "overrides": wrong});
        assert_eq!(stage.call("RunTask", body.to_string()).await.kind(), "ClientException");
    }
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn everything_else_passes_byte_for_byte() {
    let stage = Stage::new(Policy::default()).await;
    stage.recorder.behave(Behaviour::With(200, r#"{ "clusterArns" : [] }"#));
    let answered = stage.call("ListClusters", r#"{ "maxResults" : 10 }"#).await;
    assert_eq!(answered.body, r#"{ "clusterArns" : [] }"#);
    let arrived = stage.recorder.only();
    assert_eq!(arrived.body, r#"{ "maxResults" : 10 }"#);
    assert!(signature::verifies(&arrived, credentials(), REGION));
}

#[tokio::test]
async fn what_is_no_call_of_the_api_goes_nowhere() {
    let stage = Stage::new(Policy::default()).await;
    let body = || Full::from(keyed().to_string());
    let target = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
    let url = |path: &str| format!("http://{}{path}", stage.address);
    let bare = |path: &str| http::Request::post(url(path));
    for request in [
        bare("/").body(body()).unwrap(),
        bare("/").header("x-amz-target", "Other.RegisterTaskDefinition").body(body()).unwrap(),
        bare("/").header("x-amz-target", target).header("x-amz-target", "x.y").body(body()).unwrap(),
        bare("/?Action=RegisterTaskDefinition").header("x-amz-target", target).body(body()).unwrap(),
        bare("/service/x/operation/y").header("x-amz-target", target).body(body()).unwrap(),
        http::Request::get(url("/")).header("x-amz-target", target).body(Full::default()).unwrap(),
    ] {
        assert_eq!(stage.send(request).await.kind(), "ClientException");
    }
    let page = stage.request("ListClusters").header("host", "evil.example").body(Full::from("{}")).unwrap();
    assert_eq!(stage.send(page).await.kind(), "AccessDeniedException");
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn a_request_signed_for_another_region_is_refused() {
    let stage = Stage::new(Policy::default()).await;
    let signed = |region| {
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/{region}/ecs/aws4_request");
        stage.request("ListClusters").header("authorization", scope).body(Full::from("{}")).unwrap()
    };
    assert_eq!(stage.send(signed("us-east-1")).await.kind(), "ClientException");
    assert!(stage.recorder.requests().is_empty());
    assert_eq!(stage.send(signed(REGION)).await.status, 200);
    assert!(!stage.recorder.only().header("authorization").contains("AKIAIOSFODNN7EXAMPLE"));
}

#[tokio::test]
async fn definitions_of_64_kib_pass_and_what_is_beyond_the_bound_does_not() {
    let stage = Stage::new(Policy::default()).await;
    let large = definition(&json!([{"name": "NOTE", "value": "word ".repeat(14_000)}])).to_string();
    assert_eq!(stage.call("RegisterTaskDefinition", large.clone()).await.status, 200);
    assert_eq!(stage.recorder.only().body, large);
    let larger = definition(&json!([{"name": "NOTE", "value": "word ".repeat(250_000)}])).to_string();
    assert_eq!(stage.call("RegisterTaskDefinition", larger).await.kind(), "ClientException");
    assert_eq!(stage.recorder.requests().len(), 1);
}

#[tokio::test]
async fn it_never_listens_where_others_could_use_its_credentials() {
    for open in ["0.0.0.0:0", "10.1.2.3:0", "[::]:0"] {
        let settings = Settings { listen: open.parse().unwrap(), ..anywhere() };
        let listening = gateway(settings, Policy::default()).await.unwrap().listen().await;
        assert!(matches!(listening.err(), Some(Error::Open(_))), "{open}");
    }
}

#[tokio::test]
async fn it_listens_anywhere_once_callers_must_sign() {
    let callers = Callers::read("ci 0123456789abcdef").unwrap();
    let settings = Settings { listen: "0.0.0.0:0".parse().unwrap(), ..anywhere() };
    let gateway = gateway(settings, Policy::default()).await.unwrap().called_by(callers);
    assert!(gateway.listen().await.is_ok());
}

#[tokio::test]
async fn without_an_upstream_it_stands_before_the_regions_own_endpoint() {
    let listening = gateway(anywhere(), Policy::default()).await.unwrap().listen().await.unwrap();
    assert_eq!(listening.upstreams(), ["https://ecs.eu-west-1.amazonaws.com/"]);
}

#[tokio::test]
async fn two_hundred_callers_at_a_time_are_served() {
    let stage = std::sync::Arc::new(Stage::new(Policy::default()).await);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let stage = std::sync::Arc::clone(&stage);
        calls.spawn(async move { stage.call("RegisterTaskDefinition", needy().to_string()).await.status });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(stage.recorder.requests().len(), 200);
}
