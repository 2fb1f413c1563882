//! One role for the program and for the agent that starts it: the program can read what only the agent should.

use super::{Family, Rule, Subject};
use crate::finding::{Finding, Level};
use crate::fix::Fix;

/// The rule.
pub(super) struct TaskRoleIsExecutionRole;

impl Rule for TaskRoleIsExecutionRole {
    fn name(&self) -> &'static str {
        "task-role-is-execution-role"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "taskRoleArn and executionRoleArn are the same role"
    }

    fn page(&self) -> &'static str {
        include_str!("task_role_is_execution_role.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(task) = subject.workload.task() else { return };
        let (Some(program), Some(agent)) = (&task.task_role, &task.execution_role) else { return };
        if program.name != agent.name {
            return;
        }
        let message = "taskRoleArn is the executionRoleArn: the program can read every secret that the agent fetches; \
                       give it a role of its own";
        findings.push(
            Finding::new(self.name(), Level::Warn, program.at, message)
                .because(agent.at, "the agent's role")
                .fixed_by(Fix::manual("give the program a role of its own in taskRoleArn")),
        );
    }
}
