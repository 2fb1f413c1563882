//! A line for each finding, as compilers write them: editors can jump there.

use std::io::{self, Write};

use super::{Run, wording};

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in run.told() {
        let (position, level) = (finding.place.position, wording::level(finding.level));
        let (file, rule) = (&finding.place.file, finding.rule);
        let says = wording::line(finding);
        writeln!(out, "{file}:{}:{}: {level}[{rule}] {says}", position.line, position.column)?;
    }
    Ok(())
}
