//! Processes of containers, as this run's own namespace of process ids shows them.

use anyhow::{Context, Result, ensure};

use super::network::run;

/// Ends at once, by their ids, the processes whose command line begins with these words. At least one must be there.
pub(crate) async fn kill(words: &[&str]) -> Result<()> {
    // Elsewhere the words might match what is not ours.
    ensure!(std::process::id() == 1, "processes are killed in a namespace of our own alone");
    let ids = named(words)?;
    ensure!(!ids.is_empty(), "no process was started as {words:?}");
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    run("kill", &[&["-KILL"], &ids[..]].concat()).await
}

/// Source: `proc(5)`, `/proc/PID/cmdline`: each word ends with a zero byte.
fn named(words: &[&str]) -> Result<Vec<String>> {
    let start: Vec<u8> = words.iter().flat_map(|word| [word.as_bytes(), b"\0"].concat()).collect();
    let mut ids = Vec::new();
    for entry in std::fs::read_dir("/proc").context("cannot read /proc")? {
        let entry = entry?;
        // A process that has just ended has no command line any more.
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let name = entry.file_name().to_string_lossy().into_owned();
        if line.starts_with(&start) && name.bytes().all(|byte| byte.is_ascii_digit()) {
            ids.push(name);
        }
    }
    Ok(ids)
}
