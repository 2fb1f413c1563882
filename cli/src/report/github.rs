//! Annotations of GitHub Actions. GitHub shows ten of a kind for each step, so the gravest come first.
//! Source: GitHub Actions, "Workflow commands for GitHub Actions".

use std::cmp::Reverse;
use std::io::{self, Write};

use policyctl_policies::finding::{Level, Located};

use super::{Run, wording};

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<_> = run.told().collect();
    findings.sort_by_key(|finding| Reverse(finding.level));
    for finding in findings {
        writeln!(out, "{}", annotation(finding))?;
    }
    Ok(())
}

fn annotation(finding: &Located) -> String {
    let command = match finding.level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note => "notice",
    };
    let position = finding.place.position;
    format!(
        "::{command} file={},line={},col={},title={}::{}",
        property(&finding.place.file),
        position.line,
        position.column,
        property(finding.rule),
        data(&wording::line(finding)),
    )
}

/// What would end a message is written as its code.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What would end a property, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_command() {
        assert_eq!(data("100%\nnext"), "100%25%0Anext");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
