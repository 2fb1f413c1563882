//! Control groups of a run's containers. Unlike everything else of a run they do not vanish with its last process.
//!
//! Source: `cgroups(7)`: a group without processes and without groups below it is removed by `rmdir`.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Where the kernel shows them: the second version here, each controller of the first in a folder of its own.
const MOUNT: &str = "/sys/fs/cgroup";

/// How often an end is waited for, and how long each time.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// The group that a run's containers are in, named for the run's folder.
pub(super) fn parent(folder: &Path) -> String {
    format!("/{}", folder.file_name().unwrap_or_default().display())
}

/// Ends what still runs in a run's groups, by its ids, and removes them.
pub(crate) fn clear(folder: &Path) {
    for group in hierarchies().map(|hierarchy| hierarchy.join(parent(folder).trim_start_matches('/'))) {
        for _ in 0..LOOKS {
            if !group.exists() || remove(&group) {
                break;
            }
            end(&group);
            sleep(PAUSE);
        }
    }
}

/// Removes the groups of runs that were killed. One that is in use is left alone, by the kernel itself.
pub(super) fn sweep(prefix: &str) {
    for entry in hierarchies().flat_map(|hierarchy| entries(&hierarchy)) {
        if entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)) {
            remove(&entry);
        }
    }
}

fn hierarchies() -> impl Iterator<Item = PathBuf> {
    std::iter::once(PathBuf::from(MOUNT)).chain(entries(Path::new(MOUNT)))
}

/// The folders in a folder; files, which are the kernel's, are not listed, nor links to folders.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// From the innermost to the outermost. False when one of them is in use.
fn remove(group: &Path) -> bool {
    let inner = entries(group).iter().filter(|inner| !remove(inner)).count();
    inner == 0 && fs::remove_dir(group).is_ok()
}

fn end(group: &Path) {
    let processes = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    // Zero stands for a process of another namespace, and to `kill` for much more than that.
    for id in processes.lines().filter(|id| *id != "0") {
        // One that has ended meanwhile is what was wanted.
        let _ = std::process::Command::new("kill").args(["-KILL", id]).output();
    }
    for inner in entries(group) {
        end(&inner);
    }
}
