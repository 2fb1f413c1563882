//! Standard error and colours.

use std::io::Write as _;

use anstream::ColorChoice;

use crate::arguments::Color;

/// Sets whether escapes are written. Without a choice, `NO_COLOR`, `CLICOLOR_FORCE` and whether a terminal
/// listens decide.
pub(crate) fn colour(choice: Color) {
    let choice = match choice {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Writes one line to standard error. That nobody listens there is no failure.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Writes a line that says what is wrong.
pub(crate) fn complain(what: &str) {
    tell(&format!("policyctl: {what}"));
}
