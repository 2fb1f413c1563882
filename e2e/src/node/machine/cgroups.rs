//! Control groups of a run's containers. Unlike everything else of a run they do not vanish with its last process.
//!
//! Source: `cgroups(7)`: a group without processes and without groups below it is removed by `rmdir`.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Where the kernel shows them: the second version here, each controller of the first in a folder of its own.
const MOUNT: &str = "/sys/fs/cgroup";

/// containerd's group for the pods of a kubelet, in which each container's is named by its id.
const GROUP: &str = "k8s.io";

/// Where containerd keeps a folder for each container that is there; `/run` is this run's own.
const CONTAINERS: &str = "/run/containerd/io.containerd.runtime.v2.task/k8s.io";

/// How often an end is waited for, and how long each time.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Ends what still runs in the groups of this run's containers, by its ids, and removes the groups.
pub(crate) fn clear() {
    // Elsewhere the containers would be someone else's.
    if std::process::id() != 1 {
        return;
    }
    for hierarchy in std::iter::once(PathBuf::from(MOUNT)).chain(entries(Path::new(MOUNT))) {
        let group = hierarchy.join(GROUP);
        for container in entries(Path::new(CONTAINERS)) {
            container.file_name().into_iter().for_each(|id| clear_one(&group.join(id)));
        }
        // Only when nobody else has a container in it.
        let _ = fs::remove_dir(group);
    }
}

fn clear_one(group: &Path) {
    for _ in 0..LOOKS {
        if !group.exists() || remove(group) {
            return;
        }
        end(group);
        sleep(PAUSE);
    }
}

/// The folders in a folder; files, which are the kernel's, are not listed, nor links to folders.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).collect()
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
