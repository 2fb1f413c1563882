//! The policy in force, read again when its file changes. A broken file leaves the policy before it in force.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use arc_swap::{ArcSwap, ArcSwapOption};
use policyctl_policies::policy::{Day, Policy};
use tracing::{info, warn};

use crate::reload::Watched;

/// A policy, and the file that it came from, if it did.
#[derive(Debug)]
pub struct InForce {
    file: Option<(PathBuf, Mutex<Watched>)>,
    current: ArcSwap<Policy>,
    problem: ArcSwapOption<String>,
}

impl From<Policy> for InForce {
    /// A policy that stays.
    fn from(policy: Policy) -> Self {
        Self { file: None, current: ArcSwap::from_pointee(policy), problem: ArcSwapOption::empty() }
    }
}

impl InForce {
    /// The policy of a file.
    pub fn read(file: PathBuf) -> Result<Self> {
        // Watched first: a change while it is read is then seen later.
        let watched = Watched::new(vec![file.clone()]);
        let policy = read(&file)?;
        Ok(Self { file: Some((file, Mutex::new(watched))), ..policy.into() })
    }

    /// The policy as it is now.
    pub fn get(&self) -> Arc<Policy> {
        self.current.load_full()
    }

    /// Why the file as it is now is not in force.
    pub fn problem(&self) -> Option<Arc<String>> {
        self.problem.load_full()
    }

    /// Looks whether the file changed, and says in the log what came of it: whether the policy that it brought is in force.
    pub fn renew(&self) -> Option<bool> {
        let fresh = self.look()?;
        match &fresh {
            Ok(policy) => info!(policy = policy.name, digest = policy.digest, "policy reloaded"),
            Err(error) => {
                let error = format!("{error:#}");
                warn!(error, "the policy file is broken; the old policy stays in force");
            }
        }
        Some(fresh.is_ok())
    }

    fn look(&self) -> Option<Result<Arc<Policy>>> {
        let (file, watched) = self.file.as_ref()?;
        if !watched.lock().unwrap_or_else(PoisonError::into_inner).changed() {
            return None;
        }
        let fresh = read(file).map(Arc::new);
        match &fresh {
            Ok(policy) => {
                self.current.store(Arc::clone(policy));
                self.problem.store(None);
            }
            Err(error) => self.problem.store(Some(Arc::new(format!("{error:#}")))),
        }
        Some(fresh)
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
        assert!(policy.look().is_none());
        std::fs::write(&path, "spec: [").unwrap();
        assert!(policy.look().unwrap().is_err());
        assert_eq!(policy.get().name, "first");
        assert!(policy.problem().unwrap().contains("policy.yaml:"));
        std::fs::write(&path, file("second")).unwrap();
        assert!(policy.look().unwrap().is_ok());
        assert_eq!(policy.get().name, "second");
        assert!(policy.problem().is_none());
    }
}
