//! The policy in force, read again when its file changes. A broken file leaves the policy before it in force.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use policyctl_policies::policy::{Day, Policy};
use tracing::info;

use crate::reload::Reloaded;

/// The policy in force.
pub type InForce = Reloaded<Policy>;

impl InForce {
    /// The policy of a file.
    pub fn read(file: PathBuf) -> Result<Self> {
        Self::from_files("policy", vec![file.clone()], move || {
            let policy = read(&file)?;
            info!(policy = policy.name, digest = policy.digest, "policy read");
            Ok(policy)
        })
    }
}

/// Reads a policy file; the error has everything that is wrong with it.
pub fn read(file: &Path) -> Result<Policy> {
    let name = file.display().to_string();
    let text = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    Policy::read(&name, &text).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("{name}:{problem}")).collect();
        anyhow!(lines.join("\n"))
    })
}

/// The day, UTC.
pub fn today() -> Day {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Day::from_unix_days(since.as_secs() / 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        format!(
            "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {{name: {name}}}\nspec: {{}}\n"
        )
    }

    #[test]
    fn a_broken_file_leaves_the_policy_before_it_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.yaml");
        std::fs::write(&path, file("first")).unwrap();
        let policy = InForce::read(path.clone()).unwrap();
        assert_eq!(policy.renew(), None);
        std::fs::write(&path, "spec: [").unwrap();
        assert_eq!(policy.renew(), Some(false));
        assert_eq!(policy.get().name, "first");
        assert!(policy.problem().unwrap().contains("policy.yaml:"));
        std::fs::write(&path, file("second")).unwrap();
        assert_eq!(policy.renew(), Some(true));
        assert_eq!(policy.get().name, "second");
        assert!(policy.problem().is_none());
    }
}
