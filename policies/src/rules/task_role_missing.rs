//! A task that needs AWS and has no role: the program gets the instance's role, or nothing.

use super::sole_identity::{is_left_without, why_needed};
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::{Applicability, Change, Fix};
use crate::identity::Identity;
use crate::policy::{Grant, Mapped};
use crate::workload::{LaunchType, Task};

/// The rule.
pub(super) struct TaskRoleMissing;

impl Rule for TaskRoleMissing {
    fn name(&self) -> &'static str {
        "task-role-missing"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "a task needs AWS and has no task role: it gets the instance's role, or nothing"
    }

    fn page(&self) -> &'static str {
        include_str!("task_role_missing.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(task) = subject.workload.task() else { return };
        for examined in subject.containers.iter().filter(|examined| is_left_without(examined)) {
            if matches!(examined.identity, Identity::Missing) {
                findings.push(self.about(subject, task, examined));
            }
        }
    }
}

impl TaskRoleMissing {
    fn about(&self, subject: &Subject<'_>, task: &Task, examined: &Examined<'_>) -> Finding {
        let gets =
            if falls_to_nothing(task) { "nothing answers" } else { "the instance role answers, if any" };
        let who = wording::container(examined.container);
        let message = format!("{who} needs AWS and its task has no role: {gets}; set taskRoleArn");
        let finding = Finding::new(self.name(), Level::Warn, examined.container.at, message)
            .in_container(&examined.container.name)
            .fixed_by(fix(subject));
        let finding = if falls_to_nothing(task) { finding.strict(Level::Deny) } else { finding };
        why_needed(finding, examined.need())
    }
}

/// Neither Fargate nor ECS Anywhere has an instance whose role a container could get.
/// Source: Amazon ECS developer guide, "Task IAM role" and "Amazon ECS Anywhere".
fn falls_to_nothing(task: &Task) -> bool {
    let without_instance = |launch: &LaunchType| matches!(launch, LaunchType::Fargate | LaunchType::External);
    !task.launch_types.is_empty() && task.launch_types.iter().all(without_instance)
}

fn fix(subject: &Subject<'_>) -> Fix {
    match subject.policy.role_for(subject.workload) {
        Mapped::One(mapped) => match &mapped.grant {
            Grant::TaskRole(arn) => Fix {
                title: format!("set taskRoleArn to {arn}, as `{}` of the role map says", mapped.name),
                applicability: Applicability::Unsafe,
                changes: vec![Change::Member(
                    subject.workload.at,
                    "taskRoleArn".to_owned(),
                    arn.as_str().into(),
                )],
            },
            Grant::PodIdentity(_) | Grant::Irsa(_) => Fix::manual("set taskRoleArn"),
        },
        Mapped::Several(_) => {
            Fix::manual("set taskRoleArn; several entries of the role map match, so none is chosen")
        }
        Mapped::None => Fix::manual("set taskRoleArn to a role that may do what the program needs"),
    }
}
