//! Looks at files again and again, since kubelet swaps a symbolic link instead of writing in place.
//!
//! Polling by content sees every kind of change, however often it happens; watching a file sees the first only.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use arc_swap::{ArcSwap, ArcSwapOption};
use tracing::{info, warn};

/// What files give, read again when they change. What is broken leaves what was there in force.
pub struct Reloaded<T> {
    source: Option<Source<T>>,
    current: ArcSwap<T>,
    problem: ArcSwapOption<String>,
}

struct Source<T> {
    what: &'static str,
    watched: Mutex<Watched>,
    read: Box<dyn Fn() -> Result<T> + Send + Sync>,
}

impl<T> From<T> for Reloaded<T> {
    /// What stays.
    fn from(value: T) -> Self {
        Self { source: None, current: ArcSwap::from_pointee(value), problem: ArcSwapOption::empty() }
    }
}

impl<T> fmt::Debug for Reloaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reloaded({})", self.source.as_ref().map_or("never", |source| source.what))
    }
}

impl<T> Reloaded<T> {
    /// What `read` makes of these files. `what` is what logs call it.
    pub fn from_files(
        what: &'static str,
        files: Vec<PathBuf>,
        read: impl Fn() -> Result<T> + Send + Sync + 'static,
    ) -> Result<Self> {
        // Watched first: a change while they are read is then seen later.
        let watched = Mutex::new(Watched::new(files));
        let first = read()?;
        Ok(Self { source: Some(Source { what, watched, read: Box::new(read) }), ..first.into() })
    }

    /// What is in force.
    pub fn get(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// Why the files as they are now are not in force.
    pub fn problem(&self) -> Option<Arc<String>> {
        self.problem.load_full()
    }

    /// Looks whether the files changed, and says in the log what came of it: whether what they bring is in force.
    pub fn renew(&self) -> Option<bool> {
        let Source { what, watched, read } = self.source.as_ref()?;
        if !watched.lock().unwrap_or_else(PoisonError::into_inner).changed() {
            return None;
        }
        match read() {
            Ok(fresh) => {
                self.current.store(Arc::new(fresh));
                self.problem.store(None);
                info!("{what} reloaded");
                Some(true)
            }
            Err(error) => {
                let error = format!("{error:#}");
                warn!(error, "the new {what} is broken; the one before it stays in force");
                self.problem.store(Some(Arc::new(error)));
                Some(false)
            }
        }
    }
}

/// Notices when any of its files has other contents.
#[derive(Debug)]
pub struct Watched {
    files: Vec<PathBuf>,
    seen: u64,
}

impl Watched {
    /// Takes the files as they are now for seen.
    pub fn new(files: Vec<PathBuf>) -> Self {
        let seen = digest(&files);
        Self { files, seen }
    }

    /// Whether the contents differ from those last seen; they count as seen from now on.
    pub fn changed(&mut self) -> bool {
        let now = digest(&self.files);
        std::mem::replace(&mut self.seen, now) != now
    }
}

fn digest(files: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file).ok().hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// As kubelet does it: a new folder, a new link, a rename over `..data`.
    fn swap(volume: &std::path::Path, generation: &str) {
        let data = volume.join(generation);
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("tls.crt"), generation).unwrap();
        let fresh = volume.join("..data_tmp");
        symlink(&data, &fresh).unwrap();
        fs::rename(fresh, volume.join("..data")).unwrap();
    }

    #[test]
    fn every_swap_of_a_mounted_secret_is_seen() {
        let volume = std::env::temp_dir().join(format!("policyctl-reload-{}", std::process::id()));
        fs::create_dir_all(&volume).unwrap();
        swap(&volume, "one");
        let file = volume.join("tls.crt");
        symlink("..data/tls.crt", &file).unwrap();
        let mut watched = Watched::new(vec![file]);
        for generation in ["two", "three", "four"] {
            assert!(!watched.changed());
            swap(&volume, generation);
            assert!(watched.changed(), "{generation} was not seen");
        }
        fs::remove_dir_all(volume).unwrap();
    }
}
