//! Runs checks one after the other, and says how each went.

use std::io::Write;

use anyhow::{Result, ensure};

use crate::checks;
use crate::world::World;

/// Runs every check whose name contains a text. True when all passed.
pub(crate) async fn run(world: &mut World, only: &str) -> Result<bool> {
    let (mut passed, mut failed) = (0, 0);
    let chosen = checks::all().filter(|check| check.name.contains(only));
    for check in chosen {
        match (check.run)(world).await {
            Ok(()) => {
                passed += 1;
                say(&format!("ok {}", check.name))?;
            }
            Err(error) => {
                failed += 1;
                say(&format!("FAILED {}: {error:#}", check.name))?;
            }
        }
    }
    say(&format!("{passed} passed, {failed} failed"))?;
    ensure!(passed + failed > 0, "no check is called like this");
    Ok(failed == 0)
}

fn say(line: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    Ok(stdout.flush()?)
}
