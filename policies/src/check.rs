//! Checking: what is true of a workload, before any policy judges it.

use crate::document::Document;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::rules::{Examined, RULES, Subject};
use crate::workload::Workload;
use crate::{credential, need, trace};

/// Examines one workload: the keys in it, its need for AWS, its traces.
pub fn examine<'a>(
    document: &'a Document,
    workload: &'a Workload,
    facts: &'a Facts,
    policy: &'a Policy,
) -> Subject<'a> {
    let containers = workload
        .containers
        .iter()
        .map(|container| Examined {
            container,
            keys: credential::of_container(workload, container, facts),
            need: need::of_container(workload, container, facts, policy),
            trace: trace::of_container(workload, container, facts, policy),
        })
        .collect();
    Subject { document, workload, containers, loose_keys: credential::of_workload(workload), facts, policy }
}

/// Every rule's findings about one workload.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check(subject, &mut findings);
    }
    findings
}
