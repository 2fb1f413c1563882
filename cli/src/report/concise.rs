//! A line for each finding, as compilers write them: editors can jump there.

use std::io::{self, Write};

use super::{Run, wording};

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in run.told() {
        let (position, level) = (finding.place.position, wording::level(finding.level));
        let (file, rule) = (&finding.place.file, finding.rule);
        writeln!(out, "{file}:{}:{}: {level}[{rule}] {}", position.line, position.column, finding.message)?;
    }
    Ok(())
}
