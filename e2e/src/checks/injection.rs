//! Promised roles, made true once, alone and beside EKS's own webhook.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::configurations::NAME;
use crate::objects::{CHECKOUT, MAPPED, PLAIN, ROLE, items, pod, service_account, text, variables};
use crate::peer;
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;
use crate::world::World;

checks![
    irsa_is_injected_as_eks_does_it,
    pod_identity_is_injected_for_the_role_map_as_eks_does_it,
    a_pod_sent_again_as_it_was_stored_is_stored_alike,
    beside_eks_before_us_a_pod_is_what_either_alone_makes_it,
    beside_eks_after_us_a_pod_is_what_either_alone_makes_it,
    a_container_that_a_later_webhook_adds_is_injected_too,
    a_service_account_made_a_moment_before_its_pod_is_seen,
    so_it_is_where_the_policy_lets_plain_pods_pass_unexamined,
    an_annotation_that_comes_later_counts_for_the_next_pod,
    what_was_patched_is_in_the_audit_log,
    a_pod_without_a_promise_is_left_as_it_came,
];

const IRSA_FOLDER: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
const POD_IDENTITY_FOLDER: &str = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";

/// The least policy that the expectations here hold for.
const WITHOUT_ROLE_MAP: &str = "apiVersion: policyctl.dev/v1alpha1
kind: CredentialPolicy
metadata: {name: plain}
spec:
  extends: baseline
  surroundings: {kubernetes: {region: eu-west-1}}
";

/// Around the identity, the same for both kinds.
const SURROUNDINGS: [(&str, &str); 3] = [
    ("AWS_STS_REGIONAL_ENDPOINTS", "regional"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("AWS_REGION", "eu-west-1"),
];

async fn irsa_is_injected_as_eks_does_it(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let answer = room.create("pods", &pod(CHECKOUT)).await?;
    ensure!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    is_irsa(&answer.object()?)
}

fn is_irsa(pod: &Value) -> Result<()> {
    let container = &pod["spec"]["containers"][0];
    let token_file = format!("{IRSA_FOLDER}/token");
    let identity = [("AWS_ROLE_ARN", ROLE), ("AWS_WEB_IDENTITY_TOKEN_FILE", &token_file)];
    let expected: Vec<_> = SURROUNDINGS.into_iter().chain(identity).collect();
    ensure!(variables(container) == expected, "variables: {}", container["env"]);
    let mounts = json!([{"name": "aws-iam-token", "readOnly": true, "mountPath": IRSA_FOLDER}]);
    ensure!(container["volumeMounts"] == mounts, "mounts: {}", container["volumeMounts"]);
    let token = json!({"audience": "sts.amazonaws.com", "expirationSeconds": 86_400, "path": "token"});
    let source = &pod["spec"]["volumes"][0];
    ensure!(source["name"] == "aws-iam-token" && items(&pod["spec"]["volumes"]).len() == 1, "{source}");
    ensure!(source["projected"]["sources"] == json!([{"serviceAccountToken": token}]), "{source}");
    Ok(())
}

async fn pod_identity_is_injected_for_the_role_map_as_eks_does_it(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let answer = room.create("pods", &pod(MAPPED)).await?;
    ensure!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    is_pod_identity(&answer.object()?)
}

fn is_pod_identity(pod: &Value) -> Result<()> {
    let container = &pod["spec"]["containers"][0];
    let token_file = format!("{POD_IDENTITY_FOLDER}/eks-pod-identity-token");
    let identity = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token_file),
    ];
    let expected: Vec<_> = SURROUNDINGS.into_iter().chain(identity).collect();
    ensure!(variables(container) == expected, "variables: {}", container["env"]);
    let mounts =
        json!([{"name": "eks-pod-identity-token", "readOnly": true, "mountPath": POD_IDENTITY_FOLDER}]);
    ensure!(container["volumeMounts"] == mounts, "mounts: {}", container["volumeMounts"]);
    ensure!(pod["metadata"]["labels"]["eks.amazonaws.com/pod-identity"] == "enabled", "{}", pod["metadata"]);
    ensure!(items(&pod["spec"]["volumes"]).len() == 1, "{}", pod["spec"]["volumes"]);
    let token = &pod["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"];
    ensure!(
        token["audience"] == "pods.eks.amazonaws.com" && token["path"] == "eks-pod-identity-token",
        "{token}"
    );
    let life = token["expirationSeconds"].as_u64().unwrap_or_default();
    ensure!((79_200..=86_400).contains(&life), "the token lives {life} s");
    Ok(())
}

async fn a_pod_sent_again_as_it_was_stored_is_stored_alike(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    for account in [CHECKOUT, MAPPED] {
        let first = room.create("pods", &pod(account)).await?.object()?;
        room.delete("pods", "web").await?.object()?;
        let again = json!({
            "apiVersion": "v1", "kind": "Pod", "spec": first["spec"],
            "metadata": {"name": "web", "labels": first["metadata"]["labels"]},
        });
        let second = room.create("pods", &again).await?.object()?;
        ensure!(first["spec"] == second["spec"], "{account}: {} became {}", first["spec"], second["spec"]);
        room.delete("pods", "web").await?.object()?;
    }
    Ok(())
}

async fn beside_eks_before_us_a_pod_is_what_either_alone_makes_it(world: &mut World) -> Result<()> {
    beside(world, peer::EKS_BEFORE, peer::EKS_BEFORE).await
}

async fn beside_eks_after_us_a_pod_is_what_either_alone_makes_it(world: &mut World) -> Result<()> {
    beside(world, peer::EKS_AFTER, NAME).await
}

/// Whoever comes first injects; whoever comes second finds nothing to do.
async fn beside(world: &mut World, peer: &str, first: &str) -> Result<()> {
    let room = world.room_with("beside", &json!({"peer": peer})).await?;
    for (account, is_injected) in [(CHECKOUT, is_irsa as fn(&Value) -> Result<()>), (MAPPED, is_pod_identity)]
    {
        let answer = room.create("pods", &pod(account)).await?;
        ensure!(answer.warnings.is_empty(), "{account}: {:?}", answer.warnings);
        is_injected(&answer.object()?).with_context(|| format!("{account} beside {peer}"))?;
        let changed = changed_by(&world.cluster.audited(&room.name)?);
        ensure!(changed == [first], "{account} was changed by {changed:?}");
        room.delete("pods", "web").await?.object()?;
    }
    Ok(())
}

/// The configurations whose webhooks changed an object, in the order of their calls, as the audit log has them.
fn changed_by(event: &Value) -> Vec<String> {
    let annotations = event["annotations"].as_object().into_iter().flatten();
    let mut calls: Vec<_> =
        annotations.filter(|(key, _)| key.starts_with("mutation.webhook.admission.k8s.io/")).collect();
    calls.sort_by_key(|(key, _)| key.as_str());
    let calls = calls.into_iter().filter_map(|(_, call)| serde_json::from_str::<Value>(call.as_str()?).ok());
    calls.filter(|call| call["mutated"] == true).map(|call| text(&call["configuration"]).to_owned()).collect()
}

async fn a_container_that_a_later_webhook_adds_is_injected_too(world: &mut World) -> Result<()> {
    let room = world.room_with("beside", &json!({"peer": peer::SIDECAR_AFTER})).await?;
    let stored = room.create("pods", &pod(CHECKOUT)).await?.object()?;
    let containers = items(&stored["spec"]["containers"]);
    ensure!(containers.len() == 2, "{containers:?}");
    for container in containers {
        let roles = variables(container).iter().filter(|(name, _)| *name == "AWS_ROLE_ARN").count();
        ensure!(roles == 1, "{} has {roles} roles", container["name"]);
        ensure!(items(&container["volumeMounts"]).len() == 1, "{}", container["volumeMounts"]);
    }
    ensure!(items(&stored["spec"]["volumes"]).len() == 1, "{}", stored["spec"]["volumes"]);
    let changed = changed_by(&world.cluster.audited(&room.name)?);
    ensure!(changed == [NAME, peer::SIDECAR_AFTER, NAME], "changed by {changed:?}");
    Ok(())
}

/// On a machine under load the one read may run out of time: then it must be said, and never be silent.
async fn a_service_account_made_a_moment_before_its_pod_is_seen(world: &mut World) -> Result<()> {
    are_wired_at_once(&world.room().await?).await
}

/// Without a role map a pod that never mentions AWS is let through by its text and its service account.
async fn so_it_is_where_the_policy_lets_plain_pods_pass_unexamined(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let maps_a_role = async |expected: bool| {
        let stored = room.dry_run("pods", &pod(MAPPED)).await?.object()?;
        Ok(stored["spec"]["volumes"].is_null() != expected)
    };
    world.webhook()?.write_policy(WITHOUT_ROLE_MAP)?;
    until("the role map is gone", async || maps_a_role(false).await).await?;
    let seen = are_wired_at_once(&room).await;
    world.webhook()?.restore_policy()?;
    until("the role map is back", async || maps_a_role(true).await).await?;
    seen
}

async fn are_wired_at_once(room: &Room) -> Result<()> {
    let mut wired = 0;
    for n in 0..20 {
        wired += u32::from(is_wired_at_once(room, &format!("fresh-{n}")).await?);
    }
    ensure!(wired >= 18, "only {wired} of 20 were seen");
    Ok(())
}

async fn is_wired_at_once(room: &Room, account: &str) -> Result<bool> {
    room.create("serviceaccounts", &service_account(account, Some(ROLE))).await?.object()?;
    let mut object = pod(account);
    object["metadata"]["name"] = json!(account);
    let answer = room.create("pods", &object).await?;
    let said = answer
        .warnings
        .iter()
        .any(|text| text.contains("not yet visible") || text.contains("identity-not-injected"));
    let wired = is_irsa(&answer.object()?).is_ok();
    ensure!(wired || said, "{account} was passed over in silence");
    Ok(wired)
}

async fn an_annotation_that_comes_later_counts_for_the_next_pod(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let plain = room.dry_run("pods", &pod(PLAIN)).await?.object()?;
    ensure!(plain["spec"]["volumes"].is_null(), "{plain}");
    let annotated = service_account(PLAIN, Some(ROLE));
    room.patch("serviceaccounts", PLAIN, &annotated).await?.object()?;
    until("the annotation is seen", async || {
        Ok(is_irsa(&room.dry_run("pods", &pod(PLAIN)).await?.object()?).is_ok())
    })
    .await
}

async fn what_was_patched_is_in_the_audit_log(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    room.create("pods", &pod(CHECKOUT)).await?.object()?;
    let event = world.cluster.audited(&room.name)?;
    ensure!(event["annotations"]["mutate.policyctl.dev/patched"] == "irsa", "{event}");
    Ok(())
}

async fn a_pod_without_a_promise_is_left_as_it_came(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let stored = room.create("pods", &pod(PLAIN)).await?.object()?;
    let container = &stored["spec"]["containers"][0];
    ensure!(container["env"].is_null() && stored["spec"]["volumes"].is_null(), "{}", stored["spec"]);
    Ok(())
}
