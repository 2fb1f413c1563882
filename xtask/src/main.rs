//! The project's own chores: `cargo xtask NAME`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
