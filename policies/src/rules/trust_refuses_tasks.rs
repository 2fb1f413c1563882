//! A task role that no ECS task can assume.

use super::{Family, Rule, Subject};
use crate::facts::Refusal;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::role_text::RoleText;

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
        "no ECS task can assume the task's role: its trust policy lets none, or there is no such role"
    }

    fn page(&self) -> &'static str {
        include_str!("trust_refuses_tasks.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(role) = subject.workload.task().and_then(|task| task.task_role.as_ref()) else { return };
        let Some((says, source)) = refusal(subject, &role.name) else { return };
        let message = format!("taskRoleArn gives nothing: {says}");
        let finding = Finding::new(self.name(), Level::Deny, role.at, message).about("taskRoleArn");
        findings.push(finding.because_of(source).fixed_by(Fix::manual(
            "let ecs-tasks.amazonaws.com call sts:AssumeRole in the role's trust policy, or name another role",
        )));
    }
}

/// Why no task can assume a role, and who says so. What IAM says now goes before the role map.
fn refusal(subject: &Subject<'_>, role: &str) -> Option<(String, String)> {
    let name = RoleText::of(role).name().unwrap_or("the role");
    let trust_policy = || format!("the trust policy of {name} lets no ECS task assume it");
    let source = || "as IAM has it now".to_owned();
    match subject.facts.refusing_roles.get(role) {
        Some(Refusal::TrustPolicy) => Some((trust_policy(), source())),
        Some(Refusal::NoSuchRole) => Some((format!("the account has no role {name}"), source())),
        None => {
            let mapped = subject.policy.roles.iter().find(|mapped| mapped.refuses_tasks(role))?;
            Some((trust_policy(), format!("as `{}` of the role map has it", mapped.name)))
        }
    }
}
