//! Runs checks one after the other, and says how each went.

use std::io::Write;
use std::time::Instant;

use anyhow::{Result, ensure};
use futures::future::LocalBoxFuture;

/// One promise about a world.
pub(crate) struct Check<W: 'static> {
    /// What is promised.
    pub(crate) name: &'static str,
    /// Fails when it does not hold.
    pub(crate) run: for<'w> fn(&'w mut W) -> LocalBoxFuture<'w, Result<()>>,
}

/// Why a check says nothing about this world.
#[derive(Debug)]
pub(crate) struct NotHere(pub(crate) &'static str);

impl std::fmt::Display for NotHere {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for NotHere {}

/// A world that can be looked at after a check has failed in it.
pub(crate) trait Witness {
    /// Keeps what may explain the failure of a check.
    async fn failed(&self, check: &str) -> Result<()>;
}

/// A table of checks of the `World` in scope, named as their functions are.
macro_rules! checks {
    ($($name:ident),* $(,)?) => {
        pub(super) const CHECKS: &[$crate::runner::Check<World>] =
            &[$($crate::runner::Check { name: stringify!($name), run: |world| Box::pin($name(world)) }),*];
    };
}
pub(crate) use checks;

/// Runs every check whose name contains a text. True when all passed.
pub(crate) async fn run<W: Witness + 'static>(
    world: &mut W,
    checks: impl Iterator<Item = &'static Check<W>>,
    only: &str,
) -> Result<bool> {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for check in checks.filter(|check| check.name.contains(only)) {
        let start = Instant::now();
        let result = (check.run)(world).await;
        let seconds = start.elapsed().as_secs_f32();
        match result {
            Ok(()) => {
                passed += 1;
                say(&format!("ok {} ({seconds:.1} s)", check.name))?;
            }
            Err(error) if error.is::<NotHere>() => {
                skipped += 1;
                say(&format!("skipped {}: {error}", check.name))?;
            }
            Err(error) => {
                failed += 1;
                say(&format!("FAILED {} ({seconds:.1} s): {error:#}", check.name))?;
                world.failed(check.name).await?;
            }
        }
    }
    say(&format!("{passed} passed, {failed} failed, {skipped} skipped"))?;
    ensure!(passed + failed + skipped > 0, "no check is called like this");
    Ok(failed == 0)
}

/// Prints a line at once.
pub(crate) fn say(line: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    Ok(stdout.flush()?)
}
