//! Denials and warnings, as the API server passes them on and as kubectl prints them.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::objects::{CHECKOUT, KEY_ID, PLAIN, SECRET, deployment, items, keyed, pod, text};
use crate::runner::checks;
use crate::wait::until;
use crate::world::World;

checks![
    a_key_is_denied_with_code_403_and_a_cause_for_each_finding,
    kubectl_prints_a_denial_that_names_container_variable_and_remedy,
    a_key_is_warned_about_where_nothing_is_enforced,
    a_deployment_with_a_key_is_stored_and_kubectl_prints_the_warning,
    a_clean_pod_and_a_clean_deployment_pass_without_a_word,
    a_pod_that_has_only_a_prefix_for_a_name_is_denied_and_logged_by_it,
    a_dry_run_is_answered_alike_and_stores_nothing,
    an_owner_reference_excuses_nothing,
    a_secret_taken_in_bulk_is_looked_into_for_the_names_of_its_keys,
    a_pod_whose_network_policy_keeps_its_role_out_of_reach_is_denied_until_the_policy_goes,
];

async fn a_key_is_denied_with_code_403_and_a_cause_for_each_finding(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let denied = room.create("pods", &keyed(pod(CHECKOUT))).await?.refused(403)?;
    ensure!(denied.body["reason"] == "Forbidden", "{}", denied.body);
    let start = r#"admission webhook "enforce.policyctl.dev" denied the request: container `api`: "#;
    ensure!(denied.message().starts_with(start), "{}", denied.message());
    let causes = items(&denied.body["details"]["causes"]);
    for rule in ["static-access-key", "role-shadowed"] {
        let cause = causes.iter().find(|cause| cause["reason"] == rule);
        ensure!(
            cause.is_some_and(|cause| cause["field"] == "spec.containers[0].env[0].value"),
            "{rule} is no cause: {causes:?}"
        );
    }
    Ok(())
}

async fn kubectl_prints_a_denial_that_names_container_variable_and_remedy(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let printed = world.kubectl.apply(&room.name, &keyed(pod(CHECKOUT)))?;
    ensure!(!printed.succeeded, "kubectl succeeded");
    let line = printed.stderr.lines().find(|line| line.contains("denied the request")).unwrap_or_default();
    for word in
        ["Error from server (Forbidden)", "container `api`", "AWS_ACCESS_KEY_ID", "role checkout takes over"]
    {
        ensure!(line.contains(word), "`{word}` is not in its line: {}", printed.stderr);
    }
    ensure!(printed.stderr.contains("policyctl explain static-access-key"), "{}", printed.stderr);
    Ok(())
}

async fn a_key_is_warned_about_where_nothing_is_enforced(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let answer = room.create("pods", &keyed(pod(PLAIN))).await?;
    ensure!(answer.warns("static-access-key: container `api`: "), "{:?}", answer.warnings);
    answer.object()?;
    Ok(())
}

async fn a_deployment_with_a_key_is_stored_and_kubectl_prints_the_warning(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let printed = world.kubectl.apply(&room.name, &deployment(&keyed(pod(PLAIN))))?;
    ensure!(printed.succeeded, "{}", printed.stderr);
    let line = printed.stderr.lines().find(|line| line.starts_with("Warning: static-access-key: "));
    ensure!(line.is_some_and(|line| line.contains("AWS_ACCESS_KEY_ID")), "{}", printed.stderr);
    room.get("deployments", "web").await?.object()?;
    Ok(())
}

async fn a_clean_pod_and_a_clean_deployment_pass_without_a_word(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    for (resource, object) in [("pods", pod(CHECKOUT)), ("deployments", deployment(&pod(CHECKOUT)))] {
        let answer = room.create(resource, &object).await?;
        ensure!(answer.warnings.is_empty(), "{resource}: {:?}", answer.warnings);
        answer.object()?;
    }
    Ok(())
}

async fn a_pod_that_has_only_a_prefix_for_a_name_is_denied_and_logged_by_it(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let mut object = keyed(pod(PLAIN));
    object["metadata"] = json!({"generateName": "checkout-5d9-"});
    room.create("pods", &object).await?.refused(403)?;
    let log = world.webhook()?.log()?;
    let line = log.lines().find(|line| line.contains(&room.name) && line.contains(r#""decision":"denied""#));
    let line = line.unwrap_or_default();
    ensure!(line.contains(r#""name":"checkout-5d9-"#), "not in the log by its prefix: {line}");
    object["spec"]["containers"][0]["env"] = json!([]);
    let stored = room.create("pods", &object).await?.object()?;
    ensure!(text(&stored["metadata"]["name"]).starts_with("checkout-5d9-"), "{stored}");
    Ok(())
}

async fn a_dry_run_is_answered_alike_and_stores_nothing(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let denied = room.dry_run("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    ensure!(denied.message().contains("AWS_ACCESS_KEY_ID"), "{}", denied.message());
    let shown = room.dry_run("pods", &pod(CHECKOUT)).await?.object()?;
    ensure!(shown["spec"]["volumes"][0]["name"] == "aws-iam-token", "not injected: {shown}");
    room.get("pods", "web").await?.refused(404)?;
    Ok(())
}

async fn an_owner_reference_excuses_nothing(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let mut object = keyed(pod(PLAIN));
    object["metadata"]["ownerReferences"] = json!([
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9", "uid": "0a1b2c3d", "controller": true}
    ]);
    room.create("pods", &object).await?.refused(403)?;
    Ok(())
}

async fn a_pod_whose_network_policy_keeps_its_role_out_of_reach_is_denied_until_the_policy_goes(
    world: &mut World,
) -> Result<()> {
    let room = world.enforcing_room().await?;
    let policy = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "default-deny"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    });
    room.create("networkpolicies", &policy).await?.object()?;
    until("the policy is seen", async || {
        let answer = room.dry_run("pods", &pod(CHECKOUT)).await?;
        let causes = items(&answer.body["details"]["causes"]);
        Ok(answer.code == 403 && causes.iter().any(|cause| cause["reason"] == "isolated-container"))
    })
    .await?;
    room.delete("networkpolicies", "default-deny").await?.object()?;
    until("the policy is gone", async || Ok(room.dry_run("pods", &pod(CHECKOUT)).await?.is_ok())).await
}

async fn a_secret_taken_in_bulk_is_looked_into_for_the_names_of_its_keys(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let mut object = pod(CHECKOUT);
    object["spec"]["containers"][0]["envFrom"] = json!([{"secretRef": {"name": "legacy"}}]);
    room.dry_run("pods", &object).await?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "legacy"},
        "stringData": {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET},
    });
    room.create("secrets", &secret).await?.object()?;
    let denied = room.create("pods", &object).await?.refused(403)?;
    let causes = items(&denied.body["details"]["causes"]);
    ensure!(causes.iter().any(|cause| cause["reason"] == "static-key-env-from"), "{causes:?}");
    Ok(())
}
