//! Decisions at admission, without sockets: what is denied, said, recorded and patched, and in which mode.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

#[path = "support/mod.rs"]
mod support;

use base64::Engine as _;
use policyctl_policies::policy::Policy;
use policyctl_webhook::admission::Endpoint;
use serde_json::{Value, json};
use support::{KEY_ID, SECRET, admission, ask, keyed, pod, policy, review, wired};

fn enforcing() -> Policy {
    policy("  extends: baseline\n  admission: {mode: enforce}\n")
}

fn texts(response: &Value) -> Vec<&str> {
    response["warnings"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

async fn validate(namespace: &str, object: &Value) -> Value {
    ask(&admission(Policy::default()), Endpoint::Validate, &review(namespace, object)).await
}

#[tokio::test]
async fn a_key_is_denied_where_the_namespace_enforces_and_said_where_it_does_not() {
    let object = wired(pod("checkout", keyed()));
    let denied = validate("payments", &object).await;
    assert_eq!(denied["allowed"], false);
    assert_eq!(denied["status"]["code"], 403);
    assert_eq!(denied["status"]["reason"], "Forbidden");
    let allowed = validate("lenient", &object).await;
    assert_eq!(allowed["allowed"], true);
    assert!(texts(&allowed).iter().any(|text| text.starts_with("static-access-key: ")), "{allowed}");
}

#[tokio::test]
async fn a_denial_reads_well() {
    let denied = validate("payments", &wired(pod("checkout", keyed()))).await;
    insta::assert_snapshot!(denied["status"]["message"].as_str().unwrap());
}

#[tokio::test]
async fn a_denial_names_each_finding_as_a_cause_with_its_field() {
    let denied = validate("payments", &wired(pod("checkout", keyed()))).await;
    let causes = denied["status"]["details"]["causes"].as_array().unwrap();
    let first = causes.iter().find(|cause| cause["reason"] == "static-access-key").unwrap();
    assert_eq!(first["field"], "spec.containers[0].env[0].value");
}

#[tokio::test]
async fn the_first_line_stands_alone_and_the_whole_fits_an_event() {
    let denied = validate("payments", &wired(pod("checkout", keyed()))).await;
    let message = denied["status"]["message"].as_str().unwrap();
    let first = message.lines().next().unwrap();
    assert!(
        first.chars().count() <= 180 && first.contains("`api`") && first.contains("AWS_ACCESS_KEY_ID"),
        "{first}"
    );
    assert!(message.len() <= 900, "{}", message.len());
}

#[tokio::test]
async fn warnings_are_single_lines_that_clients_do_not_cut() {
    let allowed = validate("lenient", &wired(pod("checkout", keyed()))).await;
    for text in texts(&allowed) {
        assert!(text.chars().count() <= 120 && !text.contains('\n'), "{text}");
    }
}

#[tokio::test]
async fn nothing_of_a_key_is_in_any_answer() {
    let object = wired(pod("checkout", keyed()));
    for endpoint in [Endpoint::Validate, Endpoint::Mutate] {
        for namespace in ["payments", "lenient"] {
            let admission = admission(Policy::default());
            let text = ask(&admission, endpoint, &review(namespace, &object)).await.to_string()
                + &admission.metrics.text();
            assert!(
                !text.contains(SECRET) && !text.contains(KEY_ID) && !text.contains(&KEY_ID[4..]),
                "{text}"
            );
            assert!(!text.contains("****"), "key ids are not shown at admission, not even masked: {text}");
        }
    }
}

#[tokio::test]
async fn audit_records_and_says_nothing() {
    let admission = admission(policy("  admission: {mode: audit}\n"));
    let response =
        ask(&admission, Endpoint::Validate, &review("lenient", &wired(pod("checkout", keyed())))).await;
    assert_eq!(response["allowed"], true);
    assert!(texts(&response).is_empty());
    assert_eq!(response["auditAnnotations"]["mode"], "audit");
    assert!(response["auditAnnotations"]["denied-by"].as_str().unwrap().contains("static-access-key"));
}

#[tokio::test]
async fn a_label_raises_the_policys_mode_and_never_lowers_it() {
    let object = wired(pod("checkout", keyed()));
    let strict = admission(enforcing());
    let response = ask(&strict, Endpoint::Validate, &review("lenient", &object)).await;
    assert_eq!(response["allowed"], false);
}

#[tokio::test]
async fn what_the_api_server_has_found_to_enforce_is_enforced_before_the_watch_shows_it() {
    let object = wired(pod("checkout", keyed()));
    let response = ask(&admission(Policy::default()), Endpoint::Enforce, &review("lenient", &object)).await;
    assert_eq!(response["allowed"], false);
}

#[tokio::test]
async fn a_review_sent_twice_is_answered_alike() {
    let admission = admission(Policy::default());
    for endpoint in [Endpoint::Validate, Endpoint::Mutate] {
        let review = review("payments", &pod("checkout", keyed()));
        assert_eq!(ask(&admission, endpoint, &review).await, ask(&admission, endpoint, &review).await);
    }
}

#[tokio::test]
async fn a_clean_pod_passes_without_a_word() {
    let clean = wired(pod("checkout", json!({"name": "api", "image": "acme/checkout"})));
    let response = validate("payments", &clean).await;
    assert_eq!(response, json!({"uid": "7f3c0a11", "allowed": true}));
}

#[tokio::test]
async fn an_update_answers_for_what_it_adds_alone() {
    let before = wired(pod("checkout", keyed()));
    let mut update = review("payments", &before);
    update["request"]["operation"] = json!("UPDATE");
    update["request"]["oldObject"] = before.clone();
    let admission = admission(Policy::default());
    assert_eq!(ask(&admission, Endpoint::Validate, &update).await["allowed"], true);
    update["request"]["oldObject"]["spec"]["containers"][0]["env"] = json!([]);
    assert_eq!(ask(&admission, Endpoint::Validate, &update).await["allowed"], false);
}

#[tokio::test]
async fn a_deletion_under_way_opens_no_door() {
    let mut object = wired(pod("checkout", keyed()));
    object["metadata"]["deletionTimestamp"] = json!("2026-11-25T00:00:00Z");
    let mut update = review("payments", &object);
    update["request"]["operation"] = json!("UPDATE");
    update["request"]["oldObject"] = wired(pod("checkout", json!({"name": "api"})));
    assert_eq!(ask(&admission(Policy::default()), Endpoint::Validate, &update).await["allowed"], false);
}

#[tokio::test]
async fn a_debug_container_with_a_key_is_denied() {
    let mut object = wired(pod("checkout", json!({"name": "api", "image": "acme/checkout"})));
    let old = object.clone();
    let mut debug = keyed();
    debug["name"] = json!("debug");
    object["spec"]["ephemeralContainers"] = json!([debug]);
    let mut update = review("payments", &object);
    update["request"]["operation"] = json!("UPDATE");
    update["request"]["subResource"] = json!("ephemeralcontainers");
    update["request"]["oldObject"] = old;
    let response = ask(&admission(Policy::default()), Endpoint::Validate, &update).await;
    assert_eq!(response["allowed"], false);
    assert!(response["status"]["message"].as_str().unwrap().contains("`debug`"), "{response}");
}

#[tokio::test]
async fn an_owner_excuses_nothing() {
    let mut object = wired(pod("checkout", keyed()));
    object["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "checkout-5d", "uid": "1", "controller": true}]);
    assert_eq!(validate("payments", &object).await["allowed"], false);
}

#[tokio::test]
async fn what_a_pods_author_writes_excuses_nothing() {
    let mut object = wired(pod("checkout", keyed()));
    object["metadata"]["annotations"] = json!({
        "policyctl.dev/allow": "static-access-key", "policyctl.dev/aws": "none", "policyctl.dev/mode": "audit",
    });
    object["metadata"]["labels"] = json!({"eks.amazonaws.com/skip-pod-identity-webhook": "true"});
    assert_eq!(validate("payments", &object).await["allowed"], false);
}

#[tokio::test]
async fn a_need_that_the_author_denies_is_a_need_all_the_same() {
    let mut object =
        pod("plain", json!({"name": "api", "env": [{"name": "ORDERS", "value": "s3://acme-orders"}]}));
    object["metadata"]["annotations"] = json!({"policyctl.dev/aws": "none"});
    let warned = validate("lenient", &object).await;
    assert!(texts(&warned).iter().any(|text| text.starts_with("workload-identity-missing: ")), "{warned}");
}

#[tokio::test]
async fn an_exception_of_the_policy_excuses_and_leaves_a_trace() {
    let admission = admission(policy(
        "  exceptions:\n    - name: legacy\n      rules: [static-access-key, role-shadowed]\n      match: {namespaces: [payments]}\n      owner: a@acme.example\n      reason: SEC-1\n      expires: \"2026-11-25\"\n",
    ));
    let response =
        ask(&admission, Endpoint::Validate, &review("payments", &wired(pod("checkout", keyed())))).await;
    assert_eq!(response["allowed"], true, "{response}");
    assert_eq!(response["auditAnnotations"]["excepted-by"], "legacy");
}

#[tokio::test]
async fn a_deployment_with_a_key_is_warned_about_at_once_even_where_pods_are_denied() {
    let template = pod("checkout", keyed());
    let object = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "checkout"},
        "spec": {"template": {"metadata": {"labels": {"app": "checkout"}}, "spec": template["spec"]}},
    });
    let response = validate("payments", &object).await;
    assert_eq!(response["allowed"], true);
    assert!(texts(&response).iter().any(|text| text.contains("static-access-key")), "{response}");
}

#[tokio::test]
async fn a_service_account_that_cannot_be_seen_is_never_a_silent_pass() {
    let object = pod("unknown", json!({"name": "api", "image": "acme/checkout"}));
    let warned = validate("lenient", &object).await;
    assert!(texts(&warned).iter().any(|text| text.contains("not yet visible")), "{warned}");
    let denied = validate("payments", &object).await;
    assert_eq!(denied["allowed"], false);
    assert!(denied["status"]["message"].as_str().unwrap().contains("try again"));
}

#[tokio::test]
async fn what_is_not_json_or_names_a_member_twice_is_refused_with_400() {
    let admission = admission(Policy::default());
    let twice = br#"{"apiVersion":"admission.k8s.io/v1","request":{"uid":"a","uid":"b","kind":{"kind":"Pod"},"operation":"CREATE"}}"#;
    for body in [&b"not json"[..], &b"{}"[..], &twice[..]] {
        let answer: Value =
            serde_json::from_slice(&admission.answer(Endpoint::Validate, body).await).unwrap();
        assert_eq!(answer["response"]["allowed"], false);
        assert_eq!(answer["response"]["status"]["code"], 400);
    }
}

#[tokio::test]
async fn ten_thousand_brackets_are_refused() {
    let object = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = format!(
        r#"{{"apiVersion":"admission.k8s.io/v1","request":{{"uid":"a","kind":{{"kind":"Pod"}},"operation":"CREATE","object":{object}}}}}"#
    );
    let answer = admission(Policy::default()).answer(Endpoint::Validate, body.as_bytes()).await;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["response"]["allowed"], false);
}

#[tokio::test]
async fn a_key_behind_two_thousand_variables_is_found() {
    let mut container = keyed();
    let env = container["env"].as_array_mut().unwrap();
    let others =
        (0..2_000).map(|n| json!({"name": format!("VALUE_{n}"), "value": format!("$(VALUE_{})", n + 1)}));
    env.splice(0..0, others);
    let object = pod("plain", container);
    let response = ask(&admission(Policy::default()), Endpoint::Validate, &review("payments", &object)).await;
    assert_eq!(response["auditAnnotations"]["denied-by"], "static-access-key", "{response}");
}

#[tokio::test]
async fn a_patch_injects_the_promised_role_and_a_second_look_adds_nothing() {
    let admission = admission(Policy::default());
    let mut object = pod("checkout", json!({"name": "api", "image": "acme/checkout"}));
    let response = ask(&admission, Endpoint::Mutate, &review("payments", &object)).await;
    assert_eq!(response["patchType"], "JSONPatch");
    assert_eq!(response["auditAnnotations"]["patched"], "irsa");
    let patch =
        base64::engine::general_purpose::STANDARD.decode(response["patch"].as_str().unwrap()).unwrap();
    json_patch::patch(&mut object, &serde_json::from_slice::<json_patch::Patch>(&patch).unwrap()).unwrap();
    let again = ask(&admission, Endpoint::Mutate, &review("payments", &object)).await;
    assert_eq!(again, json!({"uid": "7f3c0a11", "allowed": true}));
    assert_eq!(ask(&admission, Endpoint::Validate, &review("payments", &object)).await["allowed"], true);
}

#[tokio::test]
async fn audit_never_patches_but_says_what_it_would_have_done() {
    let admission = admission(policy("  admission: {mode: audit}\n"));
    let object = pod("checkout", json!({"name": "api", "image": "acme/checkout"}));
    let response = ask(&admission, Endpoint::Mutate, &review("lenient", &object)).await;
    assert!(response.get("patch").is_none());
    assert_eq!(response["auditAnnotations"]["would-patch"], "irsa");
}

#[tokio::test]
async fn updates_and_templates_are_never_patched() {
    let admission = admission(Policy::default());
    let object = pod("checkout", json!({"name": "api"}));
    let mut update = review("payments", &object);
    update["request"]["operation"] = json!("UPDATE");
    assert!(ask(&admission, Endpoint::Mutate, &update).await.get("patch").is_none());
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"},
        "spec": {"template": {"spec": object["spec"]}}});
    assert!(ask(&admission, Endpoint::Mutate, &review("payments", &deployment)).await.get("patch").is_none());
}

#[tokio::test]
async fn a_mode_is_raised_by_anyone_and_lowered_by_configured_groups_alone() {
    let change = |old: Option<&str>, new: Option<&str>, group: &str| {
        let namespace = |mode: Option<&str>| {
            let labels = mode.map_or(json!({}), |mode| json!({"policyctl.dev/mode": mode}));
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "payments", "labels": labels}})
        };
        let mut review = review("", &namespace(new));
        review["request"]["operation"] = json!("UPDATE");
        review["request"]["oldObject"] = namespace(old);
        review["request"]["userInfo"]["groups"] = json!([group]);
        review
    };
    let admission = admission(Policy::default());
    let cases = [
        (change(None, Some("enforce"), "developers"), true),
        (change(Some("warn"), Some("enforce"), "developers"), true),
        (change(Some("enforce"), Some("warn"), "developers"), false),
        (change(Some("enforce"), None, "developers"), false),
        (change(Some("enforce"), Some("nonsense"), "developers"), false),
        (change(Some("enforce"), None, "platform"), true),
        (change(Some("enforce"), None, "system:masters"), true),
    ];
    for (review, allowed) in cases {
        assert_eq!(ask(&admission, Endpoint::Guard, &review).await["allowed"], allowed, "{review}");
    }
}

#[tokio::test]
async fn a_pod_without_the_identity_it_was_promised_is_said_and_denied_where_denials_are_meant() {
    let object = pod("checkout", json!({"name": "api", "image": "acme/checkout"}));
    let warned = validate("lenient", &object).await;
    assert!(texts(&warned).iter().any(|text| text.starts_with("identity-not-injected: ")), "{warned}");
    assert_eq!(validate("payments", &object).await["allowed"], false);
}

#[tokio::test]
async fn a_pod_that_speaks_of_nothing_of_aws_passes_without_being_examined_and_is_counted() {
    let admission = admission(Policy::default());
    let mut object = pod("plain", json!({"name": "web", "image": "nginx:1.29"}));
    let clean = ask(&admission, Endpoint::Validate, &review("payments", &object)).await;
    assert_eq!(clean, json!({"uid": "7f3c0a11", "allowed": true}));
    assert!(admission.metrics.text().contains(r#"decision="allowed",namespace="payments",mode="""#));
    object["spec"]["containers"][0]["env"] = keyed()["env"].take();
    assert_eq!(ask(&admission, Endpoint::Validate, &review("payments", &object)).await["allowed"], false);
}
