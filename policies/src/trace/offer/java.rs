//! Java system properties out of option variables and command lines.

use super::{Given, Offer};
use crate::credential::Secret;
use crate::document::At;
use crate::lexicon::holds;
use crate::workload::{CommandKind, Container, EnvVar, Word};

/// Variables that carry options of a JVM: read by the JVM itself, or by the usual start scripts.
const OPTION_VARIABLES: [&str; 6] =
    ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS", "CATALINA_OPTS"];
/// How all of them end.
const LAST: u8 = b'S';
/// How an option begins that sets a property.
const OPTION: &str = "-D";
/// What the properties that SDKs read begin with.
const OURS: &str = "aws.";

impl Offer {
    /// Adds the properties that AWS SDKs read out of the variables that carry a JVM's options.
    pub fn add_java_options(&mut self) {
        for name in OPTION_VARIABLES {
            let Some(offered) = self.variables.get(name).cloned() else { continue };
            if let Given::Text(options) = &offered.given {
                add(self, options, offered.at);
            }
        }
    }
}

/// Adds the properties that AWS SDKs read, out of variables and command lines.
pub(super) fn add_properties(offer: &mut Offer, container: &Container) {
    offer.add_java_options();
    for word in run(container) {
        add(offer, &word.text, Some(word.at));
    }
}

/// No variable and no command line sets a property.
pub(super) fn is_without_options(container: &Container) -> bool {
    let carries = |var: &EnvVar| {
        let name: &str = &var.name;
        let may_be = name.as_bytes().last() == Some(&LAST) && OPTION_VARIABLES.contains(&name);
        may_be && var.literal().is_none_or(|text| !sets_none(text))
    };
    !container.env.iter().any(carries) && run(container).all(|word| sets_none(&word.text))
}

/// The words of what is run.
fn run(container: &Container) -> impl Iterator<Item = &Word> {
    let run = container.commands.iter().filter(|command| command.kind != CommandKind::Check);
    run.flat_map(|command| &command.words)
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether an option is among others can only be told by looking"
)]
fn sets_none(options: &Secret) -> bool {
    !holds(options.expose(), OPTION, b'D')
}

#[expect(
    clippy::disallowed_methods,
    reason = "the options are taken apart; values go into the offer as secrets"
)]
fn add(offer: &mut Offer, options: &Secret, at: Option<At>) {
    if sets_none(options) {
        return;
    }
    for option in options.expose().split_whitespace() {
        let setting =
            option.trim_matches(['"', '\'']).strip_prefix(OPTION).and_then(|setting| setting.split_once('='));
        if let Some((name, value)) = setting.filter(|(name, _)| name.starts_with(OURS)) {
            offer.properties.set(name, Given::Text(Secret::new(value.trim_matches(['"', '\'']))), at);
        }
    }
}
