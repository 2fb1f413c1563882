//! `cargo xtask test`: every test of the workspace, documentation examples included.

use anyhow::Result;

use crate::shell::cargo;

pub(crate) fn run() -> Result<()> {
    crate::shell::run(&mut cargo(&["test", "--workspace", "--locked"]))
}
