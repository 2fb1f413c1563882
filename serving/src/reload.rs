//! Looks at files again and again, since kubelet swaps a symbolic link instead of writing in place.
//!
//! Polling by content sees every kind of change, however often it happens; watching a file sees the first only.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

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
