//! `cargo xtask browser`: the trace's drawing in a real browser, light and dark. Every text must lie within the
//! drawing and stand out from its ground by a contrast of 4.5 (WCAG 2.1, success criterion 1.4.3); every mark needs its legend.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{output, policyctl, root};

const PAGE: &str = include_str!("../data/look.html");

/// What Chromium calls the two colour schemes.
const SCHEMES: [(&str, &str); 2] = [("light", "1"), ("dark", "0")];

pub(crate) fn run() -> Result<()> {
    let folder = root().join("target/browser");
    fs::create_dir_all(&folder)?;
    let drawing =
        output(policyctl()?.args(["trace", "--format", "svg", "examples/ecs-static-key/taskdef.json"]))?;
    let page = PAGE.replace("<!-- the drawing goes here -->", &String::from_utf8(drawing)?);
    let file = folder.join("trace.html");
    fs::write(&file, page)?;
    SCHEMES.iter().try_for_each(|(name, setting)| looks_well(&folder, &file, name, setting))
}

fn looks_well(folder: &Path, file: &Path, name: &str, setting: &str) -> Result<()> {
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
    browser.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    browser.arg(format!("--user-data-dir={}", folder.join(name).display()));
    browser.arg(format!("--blink-settings=preferredColorScheme={setting}")).arg("--dump-dom");
    let page = output(browser.arg(format!("file://{}", file.display())))
        .context("install Chromium (Debian: chromium)")?;
    let page = String::from_utf8_lossy(&page).into_owned();
    let said = page.split("LOOKED ").last().and_then(|rest| rest.split(" END").next()).unwrap_or_default();
    eprintln!("{name}: {said}");
    ensure!(
        said.starts_with(name) && said.contains("faults=0"),
        "the drawing is not readable in {name}: {said}"
    );
    ensure!(!said.contains("texts=0"), "the drawing has no text");
    Ok(())
}
