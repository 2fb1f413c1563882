//! Making a promised role true in a task definition that is about to be registered.
//!
//! The map is the operator's word, unless a trust policy contradicts it: its own, or the one that IAM has.

use serde_json::json;

use super::{Deed, Injection, keys, proxy};
use crate::credential;
use crate::document::Document;
use crate::facts::Facts;
use crate::finding::{Finding, Level};
use crate::fix::Change;
use crate::need::{self, Grade};
use crate::policy::{Door, Grant, Mapped, MappedRole, Policy};
use crate::workload::{Task, Workload};

/// The rule that speaks when a role is missing and none could be set.
const RULE: &str = "task-role-missing";

/// The rule that speaks when the role that was to be set can be assumed by no task.
const REFUSED: &str = "trust-refuses-tasks";

/// What a task definition is to get at a door, as far as the policy lets that door patch.
///
/// Its keys are spelled as the API spells them: what comes in another case is turned into that first.
pub fn task(
    document: &Document,
    workload: &Workload,
    facts: &Facts,
    policy: &Policy,
    door: Door,
) -> Injection {
    let mut injection = Injection::default();
    let Some(task) = workload.task().filter(|task| !task.bare) else { return injection };
    let definition = Definition { workload, task, facts, policy };
    if policy.patch.identity.contains(&door) {
        definition.role(&mut injection);
    }
    if door == Door::Register {
        definition.keys(&mut injection);
    }
    if policy.patch.no_proxy.contains(&door) && definition.has_role(&injection) {
        proxy::repair_task(document, workload, &mut injection);
    }
    injection.deeds.sort();
    injection
}

struct Definition<'a> {
    workload: &'a Workload,
    task: &'a Task,
    facts: &'a Facts,
    policy: &'a Policy,
}

impl Definition<'_> {
    fn role(&self, injection: &mut Injection) {
        match (self.policy.role_for(self.workload), &self.task.task_role) {
            (Mapped::Several(_), None) if self.needs_aws() => {
                injection.findings.push(self.refusal("several entries of the role map fit it; none was set"));
            }
            (Mapped::One(role), Some(own)) if own.name != role.grant.role_arn() => {
                let says = format!("keeps its task role; the role map's `{}` was not set", role.name);
                injection.findings.push(self.finding(Level::Note, &says));
            }
            (Mapped::One(role), None) => self.set(role, injection),
            _ => {}
        }
    }

    fn set(&self, role: &MappedRole, injection: &mut Injection) {
        let Grant::TaskRole(arn) = &role.grant else { return };
        if role.refuses_tasks(arn) || self.facts.refusing_roles.contains_key(arn) {
            injection.findings.push(self.contradiction(&role.name));
            return;
        }
        if let Some(reason) = self.misfit(arn) {
            injection.findings.push(self.refusal(&format!("the role map's `{}` {reason}", role.name)));
            return;
        }
        injection.changes.push(Change::Member(self.workload.at, "taskRoleArn".into(), json!(arn)));
        injection.did(Deed::TaskRole);
    }

    /// The map promises a role that no task can have.
    fn contradiction(&self, role: &str) -> Finding {
        let says = format!("task definition: the role map's `{role}` was not set: no ECS task can assume it");
        Finding::new(REFUSED, Level::Deny, self.workload.at, says).about("taskRoleArn")
    }

    /// Why the mapped role cannot be this task's.
    fn misfit(&self, arn: &str) -> Option<&'static str> {
        let execution = self.task.execution_role.as_ref()?.name.as_str();
        if execution == arn {
            return Some(
                "is the execution role: one role for both lets the program read every injected secret",
            );
        }
        let home = |arn: &str| {
            let mut parts = arn.split(':').skip(1);
            Some((parts.next()?.to_owned(), parts.nth(2)?.to_owned()))
        };
        let (own, mapped) = (home(execution)?, home(arn)?);
        (own != mapped).then_some("belongs to another account or partition than the execution role")
    }

    fn keys(&self, injection: &mut Injection) {
        let Mapped::One(role) = self.policy.role_for(self.workload) else { return };
        let own = self.task.task_role.as_ref().map(|own| own.name.as_str());
        let runs_as_mapped = own == Some(role.grant.role_arn()) || injection.deeds.contains(&Deed::TaskRole);
        if !role.replaces_keys || !runs_as_mapped {
            return;
        }
        for container in &self.workload.containers {
            let removals = keys::of_task(self.workload, container, self.facts, role.grant.role_arn());
            if !removals.is_empty() {
                injection.changes.extend(removals);
                injection.did(Deed::KeysRemoved);
            }
        }
    }

    fn needs_aws(&self) -> bool {
        self.workload.containers.iter().any(|container| {
            let keys = credential::of_container(self.workload, container, self.facts);
            let need = need::of_container(self.workload, container, &keys, self.facts, self.policy);
            need.grade >= Grade::Likely
        })
    }

    fn has_role(&self, injection: &Injection) -> bool {
        self.task.task_role.is_some() || injection.deeds.contains(&Deed::TaskRole)
    }

    fn refusal(&self, says: &str) -> Finding {
        self.finding(Level::Warn, says)
    }

    fn finding(&self, level: Level, says: &str) -> Finding {
        Finding::new(RULE, level, self.workload.at, format!("task definition: {says}"))
    }
}
