//! The policy and the cluster of a row of the admission table.
#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;
use std::sync::atomic::Ordering;

use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::policy::Policy;
use policyctl_policies::read::{self, Contents};
use policyctl_webhook::cluster::{Kept, Seen};

use super::table::Row;

/// The policy in force.
pub(crate) fn policy(row: &Row) -> Policy {
    Policy::read("policy.yaml", row.policy.as_bytes()).unwrap()
}

/// A cluster in which watches have seen what stands around the pod.
pub(crate) fn seen(row: &Row) -> Arc<Seen> {
    let seen = Seen::default();
    for object in &row.beside {
        let contents = read(&object.to_string()).1;
        for account in contents.service_accounts {
            let kept: Kept = account.annotations.into_iter().collect();
            seen.service_accounts.write().unwrap().insert(&account.namespace, &account.name, &kept);
        }
        for policy in contents.network_policies {
            let mut all = seen.network_policies.write().unwrap();
            all.insert(&policy.namespace.clone(), &policy.name.clone(), Box::new(policy));
        }
    }
    seen.namespaces.write().unwrap().insert("", "payments", &Kept::new());
    seen.synced.network_policies.store(true, Ordering::Release);
    Arc::new(seen)
}

/// An object as the engine reads files.
pub(crate) fn read(text: &str) -> (Document, Contents) {
    let name = "cluster.yaml".into();
    let document = parse(&name, text.as_bytes(), Format::Json, Limits::default()).pop().unwrap().unwrap();
    let contents = read::read(&document, "cluster");
    (document, contents)
}
