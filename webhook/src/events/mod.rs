//! Events on the controllers of pods that were denied, or would be: whoever waits for a rollout looks there.
//!
//! A controller's pods fail where nobody looks, and a denial reaches the controller alone. A pod that a person creates
//! gets no Event: its author has the answer. A decision never waits for an Event: what the queue cannot take is dropped
//! and counted. The same owner is told the same once in ten minutes.

mod said;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::warn;

use crate::metrics::Metrics;
use said::Said;

/// Events that wait to be written; more are dropped.
const QUEUE: usize = 256;

/// Time between two Events: ten in a second at most, whatever happens.
const PAUSE: Duration = Duration::from_millis(100);

/// The controller of a pod, as the pod's owner reference has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Controller {
    /// Its API group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
}

/// What happened to a pod.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Who made the pod.
    pub controller: Controller,
    /// The namespace of both.
    pub namespace: String,
    /// The pod was denied; else it would be where its namespace enforced.
    pub denied: bool,
    /// The rules, joined: the same rules are not told twice in a while.
    pub rules: String,
    /// What to do about it; at most 1,024 bytes, and never a part of a value.
    pub note: String,
}

/// Where notices go.
pub struct Events {
    queue: Option<mpsc::Sender<Notice>>,
    said: Mutex<Said>,
    metrics: Arc<Metrics>,
}

impl Events {
    /// Nobody is told.
    pub fn off(metrics: Arc<Metrics>) -> Self {
        Self { queue: None, said: Mutex::default(), metrics }
    }

    /// Writes Events through a client, until it is dropped.
    pub fn through(client: Client, metrics: Arc<Metrics>) -> Self {
        let (queue, notices) = mpsc::channel(QUEUE);
        tokio::spawn(write(client, notices, Arc::clone(&metrics)));
        Self::into(queue, metrics)
    }

    /// Puts notices into a queue, for someone else to write.
    pub fn into(queue: mpsc::Sender<Notice>, metrics: Arc<Metrics>) -> Self {
        Self { queue: Some(queue), said: Mutex::default(), metrics }
    }

    /// Someone is told.
    pub fn are_on(&self) -> bool {
        self.queue.is_some()
    }

    /// Tells a controller, if it is news, without waiting.
    pub fn tell(&self, notice: Notice) {
        let Some(queue) = &self.queue else { return };
        let news = {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            said.is_news(&notice, tokio::time::Instant::now())
        };
        if !news {
            self.metrics.told("repeated");
        } else if queue.try_send(notice).is_err() {
            self.metrics.told("dropped");
        }
    }
}

async fn write(client: Client, mut notices: mpsc::Receiver<Notice>, metrics: Arc<Metrics>) {
    let instance = std::env::var("HOSTNAME").unwrap_or_else(|_| "policyctl-webhook".to_owned());
    while let Some(notice) = notices.recv().await {
        let api = Api::<Event>::namespaced(client.clone(), &notice.namespace);
        let written = api.create(&PostParams::default(), &event(&notice, &instance)).await;
        metrics.told(if written.is_ok() { "told" } else { "failed" });
        if let Err(error) = written {
            warn!(%error, "an Event could not be written");
        }
        sleep(PAUSE).await;
    }
}

/// Source: Kubernetes API reference, `events.k8s.io/v1`.
fn event(notice: &Notice, instance: &str) -> Event {
    let controller = &notice.controller;
    let reason = if notice.denied { "PodDenied" } else { "PodWouldBeDenied" };
    Event {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}-", controller.name)),
            namespace: Some(notice.namespace.clone()),
            ..ObjectMeta::default()
        },
        event_time: Some(MicroTime(Timestamp::now())),
        type_: Some("Warning".to_owned()),
        reason: Some(reason.to_owned()),
        action: Some("Admission".to_owned()),
        note: Some(notice.note.clone()),
        reporting_controller: Some("policyctl.dev/webhook".to_owned()),
        reporting_instance: Some(instance.chars().take(128).collect()),
        regarding: Some(ObjectReference {
            api_version: Some(controller.api_version.clone()),
            kind: Some(controller.kind.clone()),
            name: Some(controller.name.clone()),
            namespace: Some(notice.namespace.clone()),
            uid: Some(controller.uid.clone()),
            ..ObjectReference::default()
        }),
        ..Event::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn notice(owner: usize) -> Notice {
        let controller = Controller {
            api_version: "apps/v1".into(),
            kind: "ReplicaSet".into(),
            name: format!("web-{owner}"),
            uid: format!("uid-{owner}"),
        };
        Notice {
            controller,
            namespace: "payments".into(),
            denied: true,
            rules: "static-access-key".into(),
            note: "container `api`: a key".into(),
        }
    }

    fn queued(capacity: usize) -> (Events, mpsc::Receiver<Notice>) {
        let (queue, notices) = mpsc::channel(capacity);
        (Events::into(queue, Arc::default()), notices)
    }

    #[test]
    fn an_event_names_the_controller_and_says_whether_the_pod_was_denied() {
        let event = event(&notice(7), "pod-1");
        let regarding = event.regarding.unwrap();
        assert_eq!(regarding.kind.as_deref(), Some("ReplicaSet"));
        assert_eq!(regarding.uid.as_deref(), Some("uid-7"));
        assert_eq!(event.reason.as_deref(), Some("PodDenied"));
        let would = super::event(&Notice { denied: false, ..notice(7) }, "pod-1");
        assert_eq!(would.reason.as_deref(), Some("PodWouldBeDenied"));
    }

    #[tokio::test]
    async fn what_the_queue_cannot_take_is_dropped_and_counted() {
        let (events, mut notices) = queued(2);
        (0..5).for_each(|owner| events.tell(notice(owner)));
        assert!(events.metrics.text().contains(r#"policyctl_events_total{what="dropped"} 3"#));
        assert_eq!(notices.recv().await.unwrap().controller.name, "web-0");
    }

    #[tokio::test]
    async fn the_same_is_told_once_and_its_repetitions_are_counted() {
        let (events, mut notices) = queued(8);
        (0..3).for_each(|_| events.tell(notice(1)));
        assert!(events.metrics.text().contains(r#"policyctl_events_total{what="repeated"} 2"#));
        drop(events);
        assert!(notices.recv().await.is_some() && notices.recv().await.is_none());
    }
}
