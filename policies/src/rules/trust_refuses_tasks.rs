//! A task role whose trust policy lets no ECS task assume it.

use super::{Family, Rule, Subject};
use crate::finding::{Finding, Level};
use crate::fix::Fix;

/// The rule.
pub(super) struct TrustRefusesTasks;

impl Rule for TrustRefusesTasks {
    fn name(&self) -> &'static str {
        "trust-refuses-tasks"
    }

    fn family(&self) -> Family {
        Family::Trust
    }

    fn summary(&self) -> &'static str {
        "the trust policy of a task's role lets no ECS task assume it"
    }

    fn page(&self) -> &'static str {
        include_str!("trust_refuses_tasks.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(role) = subject.workload.task().and_then(|task| task.task_role.as_ref()) else { return };
        let Some(source) = refusal(subject, &role.name) else { return };
        let says = "taskRoleArn gives nothing: the role's trust policy lets no ECS task assume it";
        let finding = Finding::new(self.name(), Level::Deny, role.at, says).about("taskRoleArn");
        findings.push(finding.because_of(source).fixed_by(Fix::manual(
            "let ecs-tasks.amazonaws.com call sts:AssumeRole in the role's trust policy, or name another role",
        )));
    }
}

/// Who says that a role refuses tasks.
fn refusal(subject: &Subject<'_>, role: &str) -> Option<String> {
    if subject.facts.refusing_roles.contains(role) {
        return Some("IAM has this trust policy now".to_owned());
    }
    let mapped = subject.policy.roles.iter().find(|mapped| mapped.refuses_tasks(role))?;
    Some(format!("the trust policy is that of `{}` in the role map", mapped.name))
}
