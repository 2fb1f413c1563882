//! Every replica killed at once while requests come without a pause.
//!
//! A pod with a key is what is asked for, so that each answer tells whether someone looked at it.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::super::machine::processes;
use super::super::pods::lasting;
use super::super::release::{NAME, values};
use super::super::world::World;
use crate::api::Answer;
use crate::objects::{CHECKOUT, PLAIN, items, keyed, text};
use crate::room::Room;
use crate::runner::{checks, say};
use crate::wait::until;

checks![
    killed_replicas_come_back_as_they_were_and_meanwhile_requests_fail_open_or_closed_by_namespace,
    deleted_replicas_are_replaced_and_meanwhile_requests_fail_as_each_policy_was_set,
];

/// What became of requests: someone looked, they passed unexamined, or they were stopped for want of an answer.
#[derive(Debug, Default)]
struct Tally {
    examined: u32,
    passed: u32,
    stopped: u32,
}

async fn killed_replicas_come_back_as_they_were_and_meanwhile_requests_fail_open_or_closed_by_namespace(
    world: &mut World,
) -> Result<()> {
    world.own()?;
    let (open, closed) = (world.room().await?, world.enforcing_room().await?);
    let (before, kept) = (world.restarts().await?, Kept::look(world).await?);
    let killed = async {
        processes::kill(&["/usr/bin/policyctl-webhook", "serve"]).await?;
        until("both were started again", async || Ok(world.restarts().await? >= before + 2)).await?;
        world.both_serve().await
    };
    let (open_saw, closed_saw) = during(&open, &closed, killed).await?;
    failed_open(&open_saw)?;
    failed_closed(&closed_saw)?;
    told(world, &open).await?;
    as_before(world, &kept, &closed).await
}

/// The policies are the other way round here: each does what it says wherever it is set.
async fn deleted_replicas_are_replaced_and_meanwhile_requests_fail_as_each_policy_was_set(
    world: &mut World,
) -> Result<()> {
    let mut swapped = values();
    swapped["webhook"]["validate"] = json!({"failurePolicy": "Fail", "enforcedFailurePolicy": "Ignore"});
    world.helm.install(&swapped).await?;
    let (warned, enforced) = (world.room().await?, world.enforcing_room().await?);
    let kept = Kept::look(world).await?;
    let deleted = async {
        let old = world.replicas().await?;
        for pod in &old {
            let path = format!("/api/v1/namespaces/{NAME}/pods/{}", text(&pod["metadata"]["name"]));
            world.api.delete(&format!("{path}?gracePeriodSeconds=0")).await?.object()?;
        }
        until("others took their place", async || {
            let uids =
                |pods: &[Value]| pods.iter().map(|pod| pod["metadata"]["uid"].clone()).collect::<Vec<_>>();
            let now = uids(&world.replicas().await?);
            Ok(now.len() == 2 && uids(&old).iter().all(|uid| !now.contains(uid)))
        })
        .await?;
        world.both_serve().await
    };
    let (warned_saw, enforced_saw) = during(&warned, &enforced, deleted).await?;
    failed_closed(&warned_saw)?;
    failed_open(&enforced_saw)?;
    world.helm.install(&values()).await?;
    as_before(world, &kept, &enforced).await
}

/// Asks in both rooms, two at a time in each, until what happens meanwhile is over and someone looks again.
async fn during(
    warned: &Room,
    enforced: &Room,
    happening: impl Future<Output = Result<()>>,
) -> Result<(Tally, Tally)> {
    let over = AtomicBool::new(false);
    let caller = async |room: &Room| {
        let mut tally = Tally::default();
        loop {
            let examined = tally.examined;
            tally.count(&room.dry_run("pods", &keyed(lasting(PLAIN))).await?)?;
            if over.load(Ordering::Relaxed) && tally.examined > examined {
                return Ok::<Tally, anyhow::Error>(tally);
            }
        }
    };
    let happened = async {
        happening.await?;
        until("keys are denied where it is enforced, and warned of elsewhere", async || {
            let asked = keyed(lasting(PLAIN));
            let denied = enforced.dry_run("pods", &asked).await?.code == 403;
            Ok(denied && warned.dry_run("pods", &asked).await?.warns("static-access-key"))
        })
        .await?;
        over.store(true, Ordering::Relaxed);
        Ok(())
    };
    let ((), a, b, c, d) =
        futures::try_join!(happened, caller(warned), caller(warned), caller(enforced), caller(enforced))?;
    let (warned, enforced) = (a.and(&b), c.and(&d));
    say(&format!("   where warned {warned:?}, where enforced {enforced:?}"))?;
    Ok((warned, enforced))
}

impl Tally {
    fn count(&mut self, answer: &Answer) -> Result<()> {
        let said = answer.message();
        match answer.code {
            403 if said.contains("denied the request") => self.examined += 1,
            500 if said.contains("failed calling webhook") && said.contains("policyctl.dev") => {
                self.stopped += 1;
            }
            201 if answer.warns("static-access-key") => self.examined += 1,
            201 => self.passed += 1,
            code => bail!("answered {code}: {said}"),
        }
        Ok(())
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            examined: self.examined + other.examined,
            passed: self.passed + other.passed,
            stopped: self.stopped + other.stopped,
        }
    }
}

fn failed_open(tally: &Tally) -> Result<()> {
    ensure!(tally.examined > 0 && tally.passed > 0 && tally.stopped == 0, "did not fail open: {tally:?}");
    Ok(())
}

fn failed_closed(tally: &Tally) -> Result<()> {
    ensure!(tally.examined > 0 && tally.passed == 0 && tally.stopped > 0, "did not fail closed: {tally:?}");
    Ok(())
}

/// Who reads the audit log, or is told by the alerts, learns of both.
async fn told(world: &mut World, open: &Room) -> Result<()> {
    let audit = world.own()?.machine.cluster.audit_log()?;
    let mut ours = audit.lines().filter(|line| line.contains(&open.name));
    ensure!(ours.any(|line| line.contains("failed-open.validating.webhook")), "not in the audit log");
    let metrics = world.api.get("/metrics").await?;
    let metrics = text(&metrics.body);
    for (counter, labels) in [
        ("apiserver_admission_webhook_fail_open_count{", &[r#"name="validate.policyctl.dev""#][..]),
        (
            "apiserver_admission_webhook_rejection_count{",
            &[r#"name="enforce.policyctl.dev""#, r#"error_type="calling_webhook_error""#],
        ),
    ] {
        let mut lines = metrics.lines().filter(|line| line.starts_with(counter));
        let found = lines.any(|line| labels.iter().all(|label| line.contains(label)));
        ensure!(found, "the API server does not count {counter}{labels:?}");
    }
    Ok(())
}

/// What must outlast every replica.
#[derive(PartialEq)]
struct Kept {
    certificate: Value,
    bundles: Vec<Value>,
}

impl Kept {
    async fn look(world: &World) -> Result<Self> {
        let secret =
            world.api.get(&format!("/api/v1/namespaces/{NAME}/secrets/{NAME}-tls")).await?.object()?;
        let bundles = world.bundles().await?;
        Ok(Self { certificate: secret["data"]["tls.crt"].clone(), bundles })
    }
}

/// The certificate is the same, someone holds the Lease, keys are denied, and roles injected.
async fn as_before(world: &World, kept: &Kept, enforced: &Room) -> Result<()> {
    ensure!(Kept::look(world).await? == *kept, "another certificate, or another caBundle");
    until("a replica that runs holds the Lease", async || held(world).await).await?;
    until(
        "keys are denied",
        async || Ok(enforced.dry_run("pods", &keyed(lasting(PLAIN))).await?.code == 403),
    )
    .await?;
    let pod = enforced.dry_run("pods", &lasting(CHECKOUT)).await?.object()?;
    ensure!(items(&pod["spec"]["volumes"]).iter().any(|one| one["name"] == "aws-iam-token"), "{pod}");
    Ok(())
}

/// The holder is called for its pod, and renews.
async fn held(world: &World) -> Result<bool> {
    let path = format!("/apis/coordination.k8s.io/v1/namespaces/{NAME}/leases/{NAME}");
    let look = async || Ok::<_, anyhow::Error>(world.api.get(&path).await?.object()?["spec"].clone());
    let (spec, replicas) = (look().await?, world.replicas().await?);
    let holder = text(&spec["holderIdentity"]);
    let runs = replicas.iter().any(|pod| holder.starts_with(text(&pod["metadata"]["name"])));
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let renewed = look().await?;
    Ok(runs
        && renewed["holderIdentity"] == spec["holderIdentity"]
        && renewed["renewTime"] != spec["renewTime"])
}
