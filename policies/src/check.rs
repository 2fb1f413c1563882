//! Checking: what is true of a document, before any policy judges it.

use std::borrow::Borrow;

use crate::credential;
use crate::document::{At, Document, Unreadable};
use crate::facts::Facts;
use crate::finding::{Finding, Level, Located, Place};
use crate::fix::Fix;
use crate::policy::Policy;
use crate::read::Contents;
use crate::rules::{Examined, RULES, Scene, Subject};
use crate::workload::{Store, Workload, WorkloadId};

/// Findings, by whom they concern.
#[derive(Debug)]
pub struct Case<'a> {
    /// Whom they concern.
    pub concern: Concern<'a>,
    /// What was found, in the order of the rules.
    pub findings: Vec<Finding>,
}

/// Whom findings concern.
#[derive(Debug)]
pub enum Concern<'a> {
    /// A workload and its containers.
    Workload(&'a Workload),
    /// A Secret, a ConfigMap or a ServiceAccount.
    Object(WorkloadId),
    /// The document as a whole.
    Document,
}

/// Checks one document: every workload in it, with a case of its own even when nothing was found, then
/// the objects and the document where something was.
pub fn document<'a, F: Borrow<Facts>>(
    document: &'a Document,
    contents: &'a Contents,
    facts: impl Fn(&Workload) -> F,
    policy: &Policy,
) -> Vec<Case<'a>> {
    let mut loose = of_document(document, contents);
    let mut cases = Vec::new();
    for workload in &contents.workloads {
        let facts = facts(workload);
        let mut findings = check(&examine(document, workload, facts.borrow(), policy));
        findings.extend(take_within(document, workload, &mut loose));
        cases.push(Case { concern: Concern::Workload(workload), findings });
    }
    cases.extend(of_objects(document, contents, &mut loose));
    if !loose.is_empty() {
        cases.push(Case { concern: Concern::Document, findings: loose });
    }
    cases
}

/// Examines one workload: the keys in it and its role; its need for AWS and its traces as rules ask for them.
pub fn examine<'a>(
    document: &'a Document,
    workload: &'a Workload,
    facts: &'a Facts,
    policy: &'a Policy,
) -> Subject<'a> {
    let scene = Scene { document, workload, facts, policy };
    let containers = workload.containers.iter().map(|container| Examined::new(scene, container)).collect();
    Subject { document, workload, containers, loose_keys: credential::of_workload(workload), facts, policy }
}

/// Every rule's findings about one workload.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check(subject, &mut findings);
    }
    let has = |member: &str| subject.document.node(subject.workload.at).get(member).is_some();
    if NOT_THE_APIS.iter().any(|spelling| has(spelling)) {
        findings.iter_mut().for_each(advise_only);
    }
    findings
}

/// How CloudFormation and Terraform spell the member that every task definition has.
const NOT_THE_APIS: [&str; 2] = ["ContainerDefinitions", "container_definitions"];

/// CloudFormation spells members with capitals and puts functions in their place, and a plan is no source: what the
/// rules write is neither's own.
fn advise_only(finding: &mut Finding) {
    if let Some(fix) = &mut finding.fix {
        *fix = Fix::manual(std::mem::take(&mut fix.title));
    }
}

/// The finding that stands for a document which could not be read: never a silent pass.
pub fn unreadable(file: &str, error: &Unreadable) -> Located {
    let place = crate::document::Resolved {
        file: file.into(),
        pointer: String::new(),
        position: error.position,
        span: crate::document::Span::default(),
    };
    Located::about_input("unreadable-input", Level::Warn, place, format!("cannot be read: {}", error.reason))
}

fn of_document(document: &Document, contents: &Contents) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check_document(document, contents, &mut findings);
    }
    findings
}

/// Takes the findings whose place lies in a workload, and names the container in which it lies.
fn take_within(document: &Document, workload: &Workload, loose: &mut Vec<Finding>) -> Vec<Finding> {
    if loose.is_empty() {
        return Vec::new();
    }
    let home = document.pointer(workload.at);
    let mut taken: Vec<_> = loose.extract_if(.., |finding| lies_in(document, finding, &home)).collect();
    for finding in taken.iter_mut().filter(|finding| finding.container.is_none()) {
        let around = |at: At| lies_in(document, finding, &document.pointer(at));
        let container = workload.containers.iter().find(|container| around(container.at));
        finding.container = container.map(|container| container.name.clone());
    }
    taken
}

fn of_objects<'a>(document: &Document, contents: &Contents, loose: &mut Vec<Finding>) -> Vec<Case<'a>> {
    let objects = contents.objects.iter().map(|(store, object)| {
        let kind = if *store == Store::ConfigMap { "ConfigMap" } else { "Secret" };
        (&object.place, object_id(kind, &object.namespace, &object.name))
    });
    let accounts = contents
        .service_accounts
        .iter()
        .map(|account| (&account.place, object_id("ServiceAccount", &account.namespace, &account.name)));
    let mut cases = Vec::new();
    for (place, id) in objects.chain(accounts) {
        let Some(place) = place else { continue };
        let lies_here = |finding: &mut Finding| lies_in(document, finding, &place.pointer);
        let findings: Vec<_> = loose.extract_if(.., lies_here).collect();
        if !findings.is_empty() {
            cases.push(Case { concern: Concern::Object(id), findings });
        }
    }
    cases
}

fn object_id(kind: &str, namespace: &str, name: &str) -> WorkloadId {
    WorkloadId { kind: kind.into(), namespace: Some(namespace.into()), name: name.into() }
}

/// Whether a finding's place is the node with this pointer, or below it.
fn lies_in(document: &Document, finding: &Finding, home: &str) -> bool {
    let Place::Here(at) = finding.place else { return false };
    let pointer = document.pointer(at);
    pointer.strip_prefix(home).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
