//! Certificates that the replicas make themselves: published before they are served, rotated without a lost request.

use std::cell::Cell;

use anyhow::{Result, bail, ensure};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

use crate::caller::served;
use crate::configurations::NAME;
use crate::managed::Managed;
use crate::objects::{PLAIN, keyed, pod};
use crate::room::Room;
use crate::runner::checks;
use crate::volume::Volume;
use crate::wait::until;
use crate::webhook::{Webhook, local_address};
use crate::world::World;

checks![
    managed_certificates_are_published_before_a_replica_is_ready,
    three_new_authorities_in_a_row_lose_no_review_under_load,
    a_replica_that_heard_of_no_rotation_is_trusted_after_two,
    a_discarded_authority_is_trusted_by_nobody_afterwards,
    a_deleted_secret_is_made_again_and_no_review_is_lost,
    an_emptied_bundle_is_published_again,
    what_may_not_be_kept_is_counted_and_kept_again_once_it_may,
    a_replica_that_was_killed_serves_the_same_certificate_again,
    the_lease_passes_on_when_its_holder_is_killed,
    no_private_key_is_in_a_log_or_a_metric,
    readiness_tells_of_a_bundle_that_would_refuse_a_certificate_from_files,
    every_swap_of_a_mounted_secret_is_served,
];

async fn managed_certificates_are_published_before_a_replica_is_ready(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        // The API server may learn of the configuration a moment later; then a pod passes unexamined.
        until("reviews reach both replicas", async || {
            Ok(room.dry_run("pods", &keyed(pod(PLAIN))).await?.code == 403)
        })
        .await?;
        room.dry_run("pods", &pod(PLAIN)).await?.object()?;
        let metrics = managed.replicas[0].metrics().await?;
        ensure!(
            metrics.contains("policyctl_ca_expiry_timestamp_seconds{what=\"signing\"} 1"),
            "no end of the authority: {metrics}"
        );
        Ok(())
    })
    .await
}

async fn three_new_authorities_in_a_row_lose_no_review_under_load(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        let rotations = async {
            for _ in 0..3 {
                let (leaf, swaps) = (managed.stored("tls.crt").await?, managed.swaps()?);
                managed.ask_for("authority").await?;
                managed.serves_instead_of(&leaf, swaps).await?;
            }
            Ok(())
        };
        under_load(&room, rotations).await
    })
    .await
}

/// Such a replica is a webhook that serves what the Secret held before, in a replica's place.
async fn a_replica_that_heard_of_no_rotation_is_trusted_after_two(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        let plan = &world.webhook()?.plan;
        let old = managed.stored_pair(&plan.folder.join("heard-of-nothing")).await?;
        rotate_twice(managed).await?;
        managed.replicas[1].kill().await?;
        let deaf = plan.elsewhere(managed.replicas[1].listen, old)?.start().await?;
        let seen = room.dry_run("pods", &pod(PLAIN)).await;
        deaf.kill().await?;
        seen?.object()?;
        Ok(())
    })
    .await
}

async fn rotate_twice(managed: &Managed) -> Result<()> {
    for _ in 0..2 {
        let leaf = managed.stored("tls.crt").await?;
        managed.ask_for("authority").await?;
        until("another leaf is stored", async || Ok(managed.stored("tls.crt").await? != leaf)).await?;
    }
    Ok(())
}

async fn a_discarded_authority_is_trusted_by_nobody_afterwards(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        let published = managed.bundles().await?;
        managed.ask_for("discard").await?;
        until("another bundle is published", async || {
            let now = managed.bundles().await?;
            Ok(now.iter().zip(&published).all(|(now, before)| now != before))
        })
        .await?;
        let authorities = managed.stored("ca.crt").await?;
        ensure!(
            managed.bundles().await? == [authorities.clone(), authorities],
            "more is trusted than what signs"
        );
        until("both are called again", async || Ok(room.dry_run("pods", &pod(PLAIN)).await?.is_ok())).await
    })
    .await
}

async fn a_deleted_secret_is_made_again_and_no_review_is_lost(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        managed.permit_creation().await?;
        let deletion = async {
            let (leaf, swaps) = (managed.stored("tls.crt").await?, managed.swaps()?);
            managed.delete_secret().await?;
            managed.serves_instead_of(&leaf, swaps).await
        };
        under_load(&room, deletion).await
    })
    .await
}

/// The alert on failing rotations is made of this counter.
async fn what_may_not_be_kept_is_counted_and_kept_again_once_it_may(world: &mut World) -> Result<()> {
    with(world, async |managed| {
        let (leaf, swaps) = (managed.stored("tls.crt").await?, managed.swaps()?);
        managed.permit_home(false).await?;
        let counted = until("both count", async || {
            let failed = "policyctl_certificate_rotations_total{step=\"turn\",outcome=\"failed\"}";
            let both = [managed.replicas[0].metrics().await?, managed.replicas[1].metrics().await?];
            Ok(both.iter().all(|metrics| metrics.contains(failed)))
        })
        .await;
        managed.permit_home(true).await?;
        counted?;
        managed.ask_for("leaf").await?;
        managed.serves_instead_of(&leaf, swaps).await
    })
    .await
}

async fn an_emptied_bundle_is_published_again(world: &mut World) -> Result<()> {
    with(world, async |managed| {
        let published = managed.bundles().await?;
        managed.install_again().await?;
        until("the bundle is published again", async || Ok(managed.bundles().await? == published)).await?;
        let (code, detail) = managed.replicas[0].readiness().await?;
        ensure!(code == 200, "readiness: {code} {detail}");
        Ok(())
    })
    .await
}

async fn a_replica_that_was_killed_serves_the_same_certificate_again(world: &mut World) -> Result<()> {
    let room = managed_room(world).await?;
    with(world, async |managed| {
        let leaf = managed.stored("tls.crt").await?;
        managed.replicas[0].kill().await?;
        managed.replicas[0].start()?;
        managed.ready().await?;
        ensure!(managed.stored("tls.crt").await? == leaf, "the certificate was made again");
        until("both are called", async || Ok(room.dry_run("pods", &pod(PLAIN)).await?.is_ok())).await
    })
    .await
}

async fn the_lease_passes_on_when_its_holder_is_killed(world: &mut World) -> Result<()> {
    with(world, async |managed| {
        let Some(holder) = managed.holder().await? else { bail!("nobody holds the Lease") };
        managed.replicas[holder].kill().await?;
        let leaf = managed.stored("tls.crt").await?;
        managed.ask_for("authority").await?;
        until("the other one makes a certificate", async || Ok(managed.stored("tls.crt").await? != leaf))
            .await?;
        ensure!(managed.holder().await? == Some(1 - holder), "the Lease is not the other's");
        managed.replicas[holder].start()
    })
    .await
}

async fn no_private_key_is_in_a_log_or_a_metric(world: &mut World) -> Result<()> {
    with(world, async |managed| {
        for replica in &managed.replicas {
            let said = replica.log()? + &replica.metrics().await?;
            ensure!(said.contains("certificates") && !said.contains("PRIVATE"), "a key was said");
        }
        Ok(())
    })
    .await
}

async fn readiness_tells_of_a_bundle_that_would_refuse_a_certificate_from_files(
    world: &mut World,
) -> Result<()> {
    let path = format!("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{NAME}");
    let stored = world.api.get(&path).await?.object()?;
    let mut without = stored.clone();
    without["metadata"] = json!({"name": NAME});
    let bundle = without["webhooks"][0]["clientConfig"]["caBundle"].take();
    let told = async |said: bool| {
        until("readiness says so", async || {
            let (code, detail) = world.webhook()?.health("/readyz").await?;
            ensure!(code == 200, "it is not ready: {detail}");
            Ok(detail.contains("caBundle is empty") == said)
        })
        .await
    };
    told(false).await?;
    world.api.patch(&path, &without).await?.object()?;
    let seen = told(true).await;
    without["webhooks"][0]["clientConfig"]["caBundle"] = bundle;
    world.api.patch(&path, &without).await?.object()?;
    seen?;
    told(false).await
}

async fn every_swap_of_a_mounted_secret_is_served(world: &mut World) -> Result<()> {
    let volume = Volume::new(world.webhook()?.plan.folder.join("mounted"));
    volume.swap(0, &world.authority.local_server("mounted-0")?)?;
    let plan = world.webhook()?.plan.elsewhere(local_address()?, volume.pair())?;
    let webhook = plan.start().await?;
    let seen = follow(world, &webhook, &volume).await;
    webhook.kill().await?;
    seen
}

async fn follow(world: &World, webhook: &Webhook, volume: &Volume) -> Result<()> {
    for generation in 1..=10 {
        let fresh = world.authority.local_server(&format!("mounted-{generation}"))?;
        volume.swap(generation, &fresh)?;
        let expected = CertificateDer::from_pem_file(&fresh.certificate)?;
        until("the swapped certificate is served", async || {
            Ok(served(webhook.plan.admission, &world.authority.path()).await? == expected)
        })
        .await?;
    }
    Ok(())
}

/// A namespace whose pods both replicas judge.
async fn managed_room(world: &mut World) -> Result<Room> {
    world.room_with("managed", &json!({"managed": "true"})).await
}

/// Starts two replicas for a check, and ends them after it, also when it fails.
async fn with(world: &World, check: impl AsyncFnOnce(&mut Managed) -> Result<()>) -> Result<()> {
    let mut managed = Managed::start(world).await?;
    let seen = check(&mut managed).await;
    managed.stop().await?;
    seen
}

/// Asks for pods all the while that something happens; each must be admitted, by both replicas.
async fn under_load(room: &Room, happens: impl Future<Output = Result<()>>) -> Result<()> {
    let over = Cell::new(false);
    let caller = async || {
        let mut answered = 0;
        while !over.get() {
            room.dry_run("pods", &pod(PLAIN)).await?.object()?;
            answered += 1;
        }
        Ok::<u32, anyhow::Error>(answered)
    };
    let happening = async {
        let happened = happens.await;
        over.set(true);
        happened
    };
    let (a, b, c, d, ()) = futures::try_join!(caller(), caller(), caller(), caller(), happening)?;
    ensure!(a.min(b).min(c).min(d) > 10, "hardly anyone was answered");
    Ok(())
}
