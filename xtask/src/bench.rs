//! `cargo xtask bench`: whole processes, timed from outside, on inputs made here.
//!
//! For each case: how long a run takes (least and median of several) and its peak memory, as the
//! kernel accounts them to `/usr/bin/time`-like waiting. Figures depend on the machine; quote them with it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::shell::{cargo, root};

const RUNS: usize = 7;

/// A task definition without findings: a role, a network, no key.
const TASK: &str = include_str!("../data/taskdef.json");

/// A Deployment with its ServiceAccount, without findings.
const MANIFEST: &str = include_str!("../data/manifest.yaml");

struct Case {
    name: &'static str,
    input: PathBuf,
}

pub(crate) fn run() -> Result<()> {
    crate::shell::run(&mut cargo(&["build", "--release", "--locked", "--package", "policyctl"]))?;
    let program = root().join("target/release/policyctl");
    let cases = cases(&root().join("target/bench"))?;
    let mut table = std::io::stdout().lock();
    writeln!(table, "{:<34} {:>10} {:>10} {:>10}", "case", "least", "median", "memory")?;
    for case in cases {
        let (least, median) = timed(&program, &case.input)?;
        let memory = peak_memory(&program, &case.input)?;
        writeln!(table, "{:<34} {least:>10.1?} {median:>10.1?} {memory:>6.1} MiB", case.name)?;
    }
    Ok(())
}

fn cases(folder: &Path) -> Result<Vec<Case>> {
    let one = folder.join("one");
    fill(&one, "json", 1, |_| TASK.to_owned())?;
    let tasks = folder.join("tasks");
    fill(&tasks, "json", 500, |n| TASK.replace("checkout", &format!("checkout-{n}")))?;
    let manifests = folder.join("manifests");
    fill(&manifests, "yaml", 5_000, |n| MANIFEST.replace("checkout", &format!("checkout-{n}")))?;
    Ok(vec![
        Case { name: "one task definition", input: one },
        Case { name: "500 task definitions", input: tasks },
        Case { name: "10,000 Kubernetes documents", input: manifests },
    ])
}

fn fill(folder: &Path, extension: &str, count: usize, text: impl Fn(usize) -> String) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for n in 0..count {
        fs::write(folder.join(format!("{n:05}.{extension}")), text(n))?;
    }
    Ok(())
}

fn timed(program: &Path, input: &Path) -> Result<(Duration, Duration)> {
    let mut times = (0..=RUNS).map(|_| once(program, input)).collect::<Result<Vec<_>>>()?;
    times.remove(0);
    times.sort();
    Ok((times[0], times[RUNS / 2]))
}

fn once(program: &Path, input: &Path) -> Result<Duration> {
    let start = Instant::now();
    check(program, input).status().context("cannot start policyctl")?;
    Ok(start.elapsed())
}

fn check(program: &Path, input: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("check").arg(input).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Peak resident memory in MiB, as the kernel accounted it to a shell's only child.
fn peak_memory(program: &Path, input: &Path) -> Result<f64> {
    let script = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],stdout=-3,stderr=-3); \
                  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(program).arg("check").arg(input);
    let output = command.output().context("cannot start python3")?;
    let kilobytes: f64 =
        String::from_utf8_lossy(&output.stdout).trim().parse().context("no figure from python3")?;
    Ok(kilobytes / 1024.0)
}
