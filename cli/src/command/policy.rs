//! `policyctl policy`: checks a policy file, shows what is in force.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use policyctl_policies::finding::Level;
use policyctl_policies::need::Grade;
use policyctl_policies::policy::{Day, Door, Grant, Mapped, Policy, Proposal, Target};
use policyctl_policies::read;
use policyctl_policies::workload::{Container, Workload};

use super::{Error, print};
use crate::arguments::{self, PolicyChoice};
use crate::console::complain;
use crate::gather::Inputs;
use crate::policy::{self, Chosen};
use crate::run::documents;
use crate::status::Status;

pub(crate) fn run(command: &arguments::Policy) -> Result<Status, Error> {
    match command {
        arguments::Policy::Check { file } => check(file.as_deref()),
        arguments::Policy::Show { paths, policy } => show(paths, policy),
    }
}

fn check(file: Option<&Path>) -> Result<Status, Error> {
    let found = match file {
        Some(file) => Some(file.to_owned()),
        None => policy::discover(&[PathBuf::from(".")])?,
    };
    let Some(file) = found else {
        return Err(Error::Usage("no policyctl.yaml from here upwards: name the file".to_owned()));
    };
    let policy = policy::read(&file)?;
    print(&format!("{}: valid, policy {}\n", file.display(), short_name(&policy)))?;
    Ok(Status::Clean)
}

fn show(paths: &[PathBuf], choice: &PolicyChoice) -> Result<Status, Error> {
    let homes = if paths.is_empty() { &[PathBuf::from(".")][..] } else { paths };
    let Chosen { policy, file } = policy::choose(choice, homes)?;
    let from = file.map_or_else(|| "a bundle of ours".to_owned(), |file| file.display().to_string());
    print(&format!("policy {} from {from}\n", short_name(&policy)))?;
    if paths.is_empty() {
        print(&levels(&policy))?;
        return Ok(Status::Clean);
    }
    let inputs = Inputs::gather(paths, None);
    for lost in &inputs.lost {
        complain(&format!("{}: {}", lost.name, lost.reason));
    }
    for input in &inputs.found {
        for document in documents(input).unwrap_or_default().iter().flatten() {
            for workload in read::read(document, input.stem()).workloads {
                print(&of_workload(&policy, &workload, policy::day(choice)))?;
            }
        }
    }
    Ok(if inputs.lost.is_empty() { Status::Clean } else { Status::Trouble })
}

/// A policy's name with the first digits of its digest.
pub(crate) fn short_name(policy: &Policy) -> String {
    let digest = policy.digest.get(..19).unwrap_or(&policy.digest);
    format!("{}@{digest}", policy.name)
}

/// Every rule with the highest level that it may have at each door.
fn levels(policy: &Policy) -> String {
    let mut text = format!("{:28}", "rule");
    for door in Door::ALL {
        let _ = write!(text, "{:10}", door.name());
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for rule in policy.levels.ceilings.keys() {
        let _ = write!(text, "{rule:28}");
        for door in Door::ALL {
            let _ = write!(text, "{:10}", level(policy, rule, door));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn level(policy: &Policy, rule: &str, door: Door) -> &'static str {
    let gravest = Proposal { rule, level: Level::Deny, strict: None };
    match policy.levels.of(gravest, policy.bundle, door) {
        Some(Level::Deny) => "deny",
        Some(Level::Warn) => "warn",
        Some(Level::Note) => "note",
        None => "allow",
    }
}

fn of_workload(policy: &Policy, workload: &Workload, today: Day) -> String {
    let id = &workload.id;
    let namespace = workload.pod().map_or_else(String::new, |_| format!("{}/", workload.namespace()));
    let mut text = format!("\n{} {namespace}{}\n  role       {}\n", id.kind, id.name, role(policy, workload));
    for container in &workload.containers {
        text.push_str(&of_container(policy, workload, container, today));
    }
    text
}

fn role(policy: &Policy, workload: &Workload) -> String {
    let grant = |grant: &Grant| match grant {
        Grant::TaskRole(arn) => format!("task role {arn}"),
        Grant::PodIdentity(arn) => format!("Pod Identity {arn}"),
        Grant::Irsa(arn) => format!("IRSA {arn}"),
    };
    match policy.role_for(workload) {
        Mapped::None => "none mapped".to_owned(),
        Mapped::One(role) => format!("{} (entry `{}`)", grant(&role.grant), role.name),
        Mapped::Several(roles) => {
            let names: Vec<_> = roles.iter().map(|role| role.name.as_str()).collect();
            format!("ambiguous: entries {}", names.join(", "))
        }
    }
}

fn of_container(policy: &Policy, workload: &Workload, container: &Container, today: Day) -> String {
    let need = match policy.declared_need(workload, container) {
        None => "by evidence",
        Some(Grade::None) => "none, by the policy's word",
        Some(Grade::Likely) => "likely, by the policy's word",
        Some(Grade::Certain) => "certain, by the policy's word",
    };
    let mut text = format!("  container  {}\n    needs AWS  {need}\n", container.name);
    let target = Target::workload(workload).container(Some(&container.name));
    for exception in policy.exceptions.iter().filter(|exception| exception.matches.matches(&target)) {
        let state = if exception.is_expired(today) { "expired on" } else { "until" };
        let rules = exception.rules.join(", ");
        let _ = writeln!(
            text,
            "    excepted   {rules} {state} {} (`{}`, {})",
            exception.expires, exception.name, exception.owner
        );
    }
    text
}
