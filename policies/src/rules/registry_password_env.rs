//! A password of an image registry, written out where the container's process finds it.

use super::{Examined, Family, Rule, Subject, wording};
use crate::document::find_mark;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::workload::EnvVar;

/// Variables whose whole purpose is a registry's login.
/// Sources: Amazon ECS developer guide, "Amazon ECS container agent configuration" (the first);
/// GitLab Runner's and Docker's documents (the others), which hold a Docker configuration file with its passwords.
const LOGINS: [&str; 3] = ["ECS_ENGINE_AUTH_DATA", "DOCKER_AUTH_CONFIG", "DOCKER_CONFIG_JSON"];

/// The rule.
pub(super) struct RegistryPasswordEnv;

impl Rule for RegistryPasswordEnv {
    fn name(&self) -> &'static str {
        "registry-password-env"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "an image registry's login is written out in a variable"
    }

    fn page(&self) -> &'static str {
        include_str!("registry_password_env.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for examined in &subject.containers {
            let logins = examined.container.env.iter().filter(|var| is_login(subject, var));
            findings.extend(logins.map(|var| self.about(subject, examined, var)));
        }
    }
}

impl RegistryPasswordEnv {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>, var: &EnvVar) -> Finding {
        let instead = if subject.is_task() {
            "repositoryCredentials of Secrets Manager"
        } else {
            "imagePullSecrets, or mount the login from a Secret"
        };
        let who = wording::container(examined.container);
        let message = format!("{who}: {} holds a registry's password in plain text; use {instead}", var.name);
        Finding::new(self.name(), Level::Warn, var.value_at, message)
            .in_container(&examined.container.name)
            .about(&var.name)
            .fixed_by(Fix::manual(format!("delete {}, use {instead}", var.name)))
    }
}

fn is_login(subject: &Subject<'_>, var: &EnvVar) -> bool {
    let written = var.literal().is_some_and(|text| !text.is_empty());
    let unrendered =
        || subject.document.node(var.value_at).text().is_some_and(|text| find_mark(text).is_some());
    LOGINS.contains(&var.name.as_str()) && written && !unrendered()
}
